import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { counterRandom } from '../../kernels/random.js';
import { COPY, makeShards, millrace, tree, type Outcome } from '../helpers/cli.js';
import { mixedKinds, shardBytes } from '../helpers/shards.js';

const root = mkdtempSync(join(tmpdir(), 'millrace-verify-'));
test.after.always(() => rmSync(root, { recursive: true, force: true }));
const input = `${root}/in`;
const calm = `${root}/calm`;
const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
let copies = 0;

/** A fresh copy of the output, to spoil. */
function output(): string {
  const out = `${root}/out-${(copies += 1)}`;
  cpSync(calm, out, { recursive: true });
  return out;
}

const verify = (out: string, ...more: string[]): Promise<Outcome> => millrace(['verify', out, ...more]);
const against = (out: string): Promise<Outcome> => verify(out, '--against', `${input}/*.tar`);

test.before(async (t) => {
  await makeShards(input, [9, 7, 8], { kind: mixedKinds });
  t.is((await millrace(['run', COPY, '--in', `${input}/*.tar`, '--out', calm])).code, 0);
});

test('an untouched output: exit 0, with what was proven', async (t) => {
  const alone = await verify(calm);
  t.like(alone, { code: 0, err: '' });
  t.deepEqual(lines(alone.out), [
    `${calm}: 3 lanes, 3 parts, 24 planned + 0 expanded = 16 delivered + 3 filtered + 5 quarantined + 0 remainder; missing 0, duplicates 0`,
    'proven (by its own marks; --against counts the inputs again)',
  ]);
  t.is(lines((await against(calm)).out).at(-1), 'proven against the inputs');
  const json = await verify(calm, '--json');
  t.is(lines(json.out).length, 1);
  t.like(JSON.parse(json.out), { outcome: 'proven', differences: [], unmarked: [], lanes: 3, parts: 3, planned: 24, delivered: 16, missing: 0, duplicates: 0 });
});

test('one changed byte at any of many places: exit 1, and the file is named', async (t) => {
  const out = output();
  const random = counterRandom('bytes', Number(process.env.MILLRACE_PROPERTY_BASE ?? 1));
  for (const name of Object.keys(tree(out))) {
    const good = readFileSync(`${out}/${name}`);
    for (let flip = 0; flip < 12; flip += 1) {
      const at = random.integer(0, good.length - 1);
      const bad = Buffer.from(good);
      bad[at] = (bad[at] as number) ^ random.integer(1, 255);
      writeFileSync(`${out}/${name}`, bad);
      const result = await verify(out);
      t.is(result.code, 1, `${name} byte ${at}`);
      t.regex(result.out, new RegExp(`${name.replace('.', '\\.')}: `), `${name} byte ${at}`);
    }
    writeFileSync(`${out}/${name}`, good);
  }
  t.is((await against(out)).code, 0);
});

const spoils: Record<string, readonly [(out: string) => void, RegExp]> = {
  'a removed part': [(out) => rmSync(`${out}/00001.tar`), /00001\.tar: it is not there, though the lane's mark lists it/],
  'a removed mark': [(out) => rmSync(`${out}/00002_stats.json`), /00002_stats\.json: it is not there: the lane is not finished/],
  'a truncated part': [(out) => writeFileSync(`${out}/00000.tar`, readFileSync(`${out}/00000.tar`).subarray(0, 2000)), /00000\.tar: it has 2000 bytes, its mark says \d+/],
  'an emptied part': [(out) => writeFileSync(`${out}/00000.tar`, ''), /00000\.tar: it has 0 bytes/],
  'whitespace in a mark': [(out) => writeFileSync(`${out}/00000_stats.json`, `${readFileSync(`${out}/00000_stats.json`, 'utf8')} `), /00000_stats\.json: it was rewritten after the run/],
  'a mark pretty-printed anew': [(out) => writeFileSync(`${out}/00000_stats.json`, JSON.stringify(JSON.parse(readFileSync(`${out}/00000_stats.json`, 'utf8')), undefined, 2)), /00000_stats\.json: it was rewritten after the run/],
  'two marks swapped': [
    (out) => {
      renameSync(`${out}/00000_stats.json`, `${out}/x`);
      renameSync(`${out}/00001_stats.json`, `${out}/00000_stats.json`);
      renameSync(`${out}/x`, `${out}/00001_stats.json`);
    },
    /00000_stats\.json: it is the mark of lane 1 \(.*00001\.tar\), not of .*00000\.tar/,
  ],
  'two parts swapped': [
    (out) => {
      renameSync(`${out}/00000.tar`, `${out}/x`);
      renameSync(`${out}/00001.tar`, `${out}/00000.tar`);
      renameSync(`${out}/x`, `${out}/00001.tar`);
    },
    /00001\.tar: its content is not what was written/,
  ],
  'a part that is a folder of the wrong kind': [
    (out) => {
      rmSync(`${out}/00001.tar`);
      cpSync(input, `${out}/00001.tar`, { recursive: true });
    },
    /00001\.tar: .*it is a folder/,
  ],
};
for (const [what, [spoil, message]] of Object.entries(spoils)) {
  test(`${what}: exit 1 and a line that says so`, async (t) => {
    const out = output();
    spoil(out);
    const result = await verify(out);
    t.is(result.code, 1);
    t.regex(`${result.out}\n${result.err}`, message);
    t.notRegex(result.err, /^ +at /m);
  });
}

test('a stray tar is a note, not a difference; a missing lane is made by the next run', async (t) => {
  const out = output();
  writeFileSync(`${out}/stray.tar`, shardBytes(5, 2));
  const stray = await against(out);
  t.is(stray.code, 0);
  t.true(stray.out.includes(`note: ${out}/stray.tar has no mark; readers of ours do not see it`));
  rmSync(`${out}/00001_stats.json`);
  t.is((await against(out)).code, 1);
  t.is((await millrace(['run', COPY, '--in', `${input}/*.tar`, '--out', out])).code, 0);
  t.is((await against(out)).code, 0);
});

test('--against other inputs: exit 1; inputs that are not there: exit 2', async (t) => {
  const fewer = await verify(calm, '--against', `${input}/{00000,00001}.tar`);
  t.is(fewer.code, 1);
  t.regex(fewer.out, /the input has 2 shards, the output was made of 3\n1 differences$/);
  const moved = `${root}/moved`;
  cpSync(input, moved, { recursive: true });
  t.is((await verify(calm, '--against', `${moved}/*.tar`)).code, 0, 'a copy of the inputs will do');
  writeFileSync(`${moved}/00001.tar`, shardBytes(1, 8, { kind: mixedKinds }));
  const grown = await verify(calm, '--against', `${moved}/*.tar`);
  t.is(grown.code, 1);
  t.regex(grown.out, /the input has 8 records, the lane was planned with 7/);
  t.like(await verify(calm, '--against', `${root}/none/*.tar`), { code: 2, out: '' });
});

test('a limited run is proven against the records that it took', async (t) => {
  const out = `${root}/limited`;
  t.is((await millrace(['run', COPY, '--in', `${input}/*.tar`, '--out', out, '--limit', '12'])).code, 0);
  const result = await verify(out, '--against', `${input}/{00000,00001}.tar`);
  t.is(result.code, 0, result.out);
  t.regex(result.out, /2 lanes, 2 parts, 12 planned/);
});

test('usage: exit 2, one line, nothing on stdout', async (t) => {
  for (const [args, message] of [
    [[], /missing required argument 'output'/],
    [[`${root}/nowhere`], /nowhere\/ is no output of Millrace: there is no .*plan\.json/],
    [[input], /in\/ is no output of Millrace/],
    [[`${input}/00000.tar`], /is no output of Millrace|a part of its path is a file/],
    [['ftp://bucket/x'], /no store for ftp:/],
    [[calm, 'more'], /too many arguments/],
    [[calm, '--agains', 'x'], /unknown option '--agains' \(Did you mean --against\?\)/],
    [[calm, '--against', 'ftp://x/*.tar'], /no store for ftp:/],
    [[calm, '--against', ''], /empty/],
  ] as [string[], RegExp][]) {
    const result = await millrace(['verify', ...args]);
    t.is(result.code, 2, `${args.join(' ')}: ${result.err}`);
    t.is(result.out, '');
    t.is(lines(result.err).length, 1);
    t.regex(result.err, message);
  }
  t.true(existsSync(calm));
});
