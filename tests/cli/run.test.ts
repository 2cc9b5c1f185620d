import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { COPY, litter, makeShards, millrace, spawnMillrace, tree, type Outcome } from '../helpers/cli.js';
import { mixedKinds, shardBytes } from '../helpers/shards.js';

const root = mkdtempSync(join(tmpdir(), 'millrace-run-'));
test.after.always(() => rmSync(root, { recursive: true, force: true }));
const packageRoot = fileURLToPath(new URL('../../', import.meta.url));
const input = `${root}/in`;
const calm = `${root}/calm`;
const glob = `${input}/*.tar`;
const run = (out: string, ...more: string[]): string[] => ['run', COPY, '--in', glob, '--out', out, ...more];
const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
const errors = ({ err }: Outcome): string[] => lines(err).filter((line) => !/^\d+\/\d+ shards, /.test(line));

test.before(async (t) => {
  await makeShards(input, [9, 7, 8], { kind: mixedKinds });
  t.is((await millrace(run(calm))).code, 0);
});

// What comes out

test('the last line of --json has every count, also when nothing was left to do', async (t) => {
  const out = `${root}/json`;
  for (const reused of [0, 3]) {
    const result = await millrace(run(out, '--json'));
    t.is(result.code, 0);
    t.is(lines(result.out).length, 1);
    const { seconds, peakRssBytes, peakInFlightBytes, ...rest } = JSON.parse(result.out) as Record<string, unknown>;
    t.deepEqual(rest, {
      outcome: 'complete', planned: 24, expanded: 0, delivered: 16, filtered: 3, quarantined: 5, remainder: 0, missing: 0, duplicates: 0,
      shards: { total: 3, done: 3, reused },
      outputs: ['00000.tar', '00001.tar', '00002.tar'].map((name) => `${out}/${name}`),
      reasons: { 'keep: has caption': 3, 'readTar: field-missing': 3, 'readTar: text-not-utf8': 2 },
      tallies: {},
    });
    t.true((seconds as number) >= 0 && (peakRssBytes as number) > 1e6);
    t.is((peakInFlightBytes as number) > 0, reused === 0);
    t.is(/^3\/3 shards, \d+ samples, /.test(result.err), reused === 0);
  }
  t.is(readdirSync(`${out}/_millrace/runs`).length, 2);
  t.deepEqual(litter(out), []);
});

test('for people: outcome, counts and reasons on stdout, progress on stderr', async (t) => {
  const result = await millrace(run(`${root}/people`));
  t.regex(result.out, /^complete: 3 of 3 shards in .*people\/, \d+ s\n {2}24 planned \+ 0 expanded = 16 delivered \+ 3 filtered \+ 5 quarantined \+ 0 remainder; missing 0, duplicates 0\n/);
  t.regex(result.out, /^ +3 {2}keep: has caption$/m);
});

test.serial('one process, two workers, two runs at once and parts in any order give the same bytes', async (t) => {
  const variants: Record<string, string[][]> = {
    workers: [['--workers', '2']],
    runners: [['--delay-ms', '10'], ['--delay-ms', '5']],
    parts: [['--part', '2/3'], ['--part', '0/3'], ['--part', '1/3']],
  };
  for (const [name, commands] of Object.entries(variants)) {
    const out = `${root}/same-${name}`;
    const results = name === 'parts' ? [] : await Promise.all(commands.map((more) => spawnMillrace(run(out, ...more, '--json')).done));
    if (name === 'parts') for (const more of commands) results.push({ ...(await millrace(run(out, ...more, '--json'))), signal: null });
    for (const { code, err, out: printed } of results) {
      t.is(code, 0, `${name}: ${err}`);
      t.like(JSON.parse(printed), { outcome: 'complete', missing: 0, duplicates: 0, ...(name === 'parts' ? {} : { planned: 24 }) });
    }
    t.deepEqual(tree(out), tree(calm), name);
    t.deepEqual(litter(out), [], name);
  }
});

// Bad samples

test('the quarantine is in the marks: who, where, why; the same for any workers and on a replay', async (t) => {
  const { millrace: record } = JSON.parse(tree(calm)['00000_stats.json'] as string) as { millrace: { quarantine: { key: string; reason: string; byteOffset: number; origin: { record: number } }[] } };
  t.deepEqual(record.quarantine.map(({ key, reason }) => `${key} ${reason}`), ['s0r4 field-missing', 's0r7 text-not-utf8']);
  const shard = shardBytes(0, 9, { kind: mixedKinds });
  for (const { key, byteOffset } of record.quarantine) t.is(Buffer.from(shard).toString('latin1', byteOffset, byteOffset + 4), key);
});

for (const [budget, code, message] of [
  ['5', 0, undefined],
  ['3', 3, /^millrace: [45] of \d+ committed samples were refused, more than the budget of 3: readTar: field-missing \(\d\), readTar: text-not-utf8 \(\d\)$/],
  ['0', 3, /^millrace: 2 of 9 committed samples were refused, more than the budget of 0: readTar: field-missing \(1\), readTar: text-not-utf8 \(1\)$/],
  ['21%', 0, undefined],
  ['20.5%', 3, /^millrace: 5 of 24 committed samples were refused, more than the budget of 20\.5 %: /],
  ['0%', 3, /more than the budget of 0 %: /],
  ['100%', 0, undefined],
] as const) {
  test(`--bad-sample-budget ${budget} ends with ${code}`, async (t) => {
    const out = `${root}/budget-${budget.replace('%', 'percent')}`;
    const result = await millrace(run(out, '--bad-sample-budget', budget, '--json'));
    t.is(result.code, code);
    const summary = JSON.parse(result.out) as { outcome: string; error?: string };
    t.is(summary.outcome, code === 0 ? 'complete' : 'budget exceeded');
    if (message === undefined) return;
    t.is(errors(result).length, 1);
    t.regex(errors(result)[0] as string, message);
    t.is(`millrace: ${summary.error}`, errors(result)[0]);
    t.is((await millrace(run(out, '--json'))).code, 0, 'without the budget it goes on');
    t.deepEqual(tree(out), tree(calm));
  });
}

test('--on-bad-sample stop ends with 3 and names shard, key, byte and code', async (t) => {
  const out = `${root}/stop`;
  const result = await millrace(run(out, '--on-bad-sample', 'stop', '--json'));
  t.is(result.code, 3);
  t.is(errors(result).length, 1);
  t.regex(errors(result)[0] as string, /^millrace: readTar refused .*in\/00000\.tar#4 \(key s0r4, byte \d+\): field-missing: no \.txt for `text`; the record has \.jpg; the policy is to stop at the first bad sample$/);
  t.like(JSON.parse(result.out), { outcome: 'budget exceeded', shards: { done: 0, total: 3 }, outputs: [] });
  t.deepEqual(tree(out), {});
});

for (const [trouble, message] of [
  ['drop', /^millrace: writeTar: lane 1 is not committed: of 7 samples that .*00001\.tar gave, missing 1 \(records 2\), more than once 0/],
  ['double', /^millrace: writeTar: lane 1 is not committed: .*missing 0, more than once 1 \(records 2\)/],
  ['invent', /^millrace: writeTar: lane 1 is not committed: .*more than once 1 \(records 77\)/],
] as const) {
  test(`a stage that would ${trouble} a sample fails the run, and verify`, async (t) => {
    const out = `${root}/trouble-${trouble}`;
    const result = await millrace(run(out, '--trouble', trouble, '--json'));
    t.is(result.code, 1);
    t.is(errors(result).length, 1);
    t.regex(errors(result)[0] as string, message);
    t.like(JSON.parse(result.out), { outcome: 'failed', shards: { done: 1 }, planned: 9 });
    t.false(existsSync(`${out}/00001_stats.json`));
    t.is((await millrace(['verify', out])).code, 1);
  });
}

// Usage

/** Exit 2, one line on stderr, nothing on stdout, nothing written. */
async function refused(t: ExecutionContext, args: readonly string[], message: RegExp): Promise<void> {
  const result = await millrace(args);
  t.is(result.code, 2, `${args.join(' ')}: ${result.err}`);
  t.is(result.out, '', args.join(' '));
  t.is(lines(result.err).length, 1, result.err);
  t.regex(result.err, message);
  t.regex(result.err, /^millrace: \S/);
}

for (const [what, more, message] of [
  ['an unknown option', ['--sed', '1'], /unknown option '--sed' \(Did you mean --seed\?\)\. See: millrace run --help/],
  ['an unknown option of the recipe', ['--delay', '1'], /unknown option '--delay'/],
  ['an option without its value', ['--seed'], /option '--seed <INTEGER>' argument missing/],
  ['too many arguments', ['more'], /too many arguments/],
  ['--seed', ['--seed', 'x'], /--seed must be an integer from 0 to 4294967295, got "x"/],
  ['--seed below', ['--seed', '-1'], /--seed must be an integer from 0/],
  ['--seed above', ['--seed', '4294967296'], /--seed must be an integer from 0/],
  ['--limit', ['--limit', '0'], /--limit must be an integer from 1 up, got "0"/],
  ['--limit 1e3', ['--limit', '1e3'], /--limit must be an integer/],
  ['--workers', ['--workers', '1.5'], /--workers must be an integer from 0 to 1024, got "1\.5"/],
  ['--workers above', ['--workers', '1025'], /--workers must be/],
  ['--part', ['--part', '3/3'], /--part must be i\/n with 0 <= i < n, such as 0\/4, got "3\/3"/],
  ['--part 0/0', ['--part', '0/0'], /--part must be/],
  ['--part 1', ['--part', '1'], /--part must be/],
  ['--part -1/3', ['--part', '-1/3'], /--part must be/],
  ['--max-in-flight-bytes', ['--max-in-flight-bytes', '1X'], /--max-in-flight-bytes must be a number of bytes, such as 512M or 2G, got "1X"/],
  ['--max-in-flight-bytes 0', ['--max-in-flight-bytes', '0'], /--max-in-flight-bytes must be/],
  ['--on-bad-sample', ['--on-bad-sample', 'ignore'], /--on-bad-sample must be skip or stop, got "ignore"/],
  ['--bad-sample-budget', ['--bad-sample-budget', '-1'], /--bad-sample-budget must be a count or a share, such as 100 or 2%, got "-1"/],
  ['--bad-sample-budget 101%', ['--bad-sample-budget', '101%'], /--bad-sample-budget must be/],
  ['--bad-sample-budget empty', ['--bad-sample-budget', ''], /--bad-sample-budget must be/],
  ['a number of the recipe', ['--delay-ms', 'soon'], /--delay-ms must be an integer from 0 up, got "soon"/],
  ['a choice of the recipe', ['--trouble', 'much'], /--trouble must be one of none, drop, .*, got "much"/],
  ['an option of a stage', ['--max-shard-bytes', '5'], /--max-shard-bytes must be an integer from 1024 up, got "5"/],
] as [string, string[], RegExp][]) {
  test(`usage: ${what}`, async (t) => {
    const out = `${root}/usage-${what.replaceAll(/\W/g, '-')}`;
    await refused(t, run(out, ...more), message);
    t.false(existsSync(out));
  });
}

test('usage: recipes that are missing, or no recipe', async (t) => {
  await refused(t, ['run'], /missing required argument 'recipe'\. See: millrace run --help/);
  await refused(t, ['run', '--seed', '1'], /missing required argument 'recipe'/);
  await refused(t, ['run', `${root}/none.ts`], /no recipe .*none\.ts: there is no such file/);
  await refused(t, ['run', root], /no recipe .*: it is not a file/);
  await refused(t, ['run', COPY], /this recipe needs --in URL/);
  await refused(t, ['run', COPY, '--in', glob], /this recipe needs --out URL/);
  await refused(t, ['run', COPY, '--in', '', '--out', `${root}/x`], /--in must not be empty/);
});

/** A recipe beside no package.json, as users write them. */
function recipe(name: string, body: string): string {
  mkdirSync(`${root}/recipes`, { recursive: true });
  const up = relative(`${root}/recipes`, packageRoot);
  const path = `${root}/recipes/${name}.ts`;
  writeFileSync(path, body.replaceAll('@/', `${up}/`));
  return path;
}

const IMPORTS = `import { definePipeline, integer, url } from '@/engine/recipe.js';
import { pipeline } from '@/engine/pipeline.js';
import { readTar } from '@/sources/readTar.js';
import { writeTar } from '@/sinks/writeTar.js';
import { bytes, utf8 } from '@/formats/fields.js';
const fields = { image: bytes('jpg'), text: utf8('txt') };
`;

test('usage: recipes that do not compile, load, build or end', async (t) => {
  const more = ['--in', glob, '--out', `${root}/never`];
  await refused(t, ['run', recipe('syntax', 'const a = 1;\nconst b = ;\n'), ...more], /does not compile: syntax\.ts:2:11: Unexpected ";"/);
  await refused(t, ['run', recipe('unresolved', "import './nothing.js';\n"), ...more], /does not compile: unresolved\.ts:1:8: Could not resolve "\.\/nothing\.js"/);
  const missing = await spawnMillrace(['run', recipe('package', "import 'no-such-package-at-all';\n"), ...more]).done;
  t.like(missing, { code: 2, out: '' });
  t.regex(missing.err, /^millrace: the recipe .*package\.ts cannot be loaded: Cannot find package 'no-such-package-at-all' imported from .*package\.ts\n$/);
  await refused(t, ['run', recipe('throws', "throw new Error('at load');\n"), ...more], /throws\.ts cannot be loaded: at load/);
  await refused(t, ['run', recipe('noExport', 'export const x = 1;\n'), ...more], /must export its pipeline: export default definePipeline/);
  await refused(t, ['run', recipe('builds', `${IMPORTS}export default definePipeline({ in: url(), out: url() }, () => { throw new Error('no such luck'); });`), ...more], /the recipe .*builds\.ts fails while it is built: no such luck/);
  await refused(t, ['run', recipe('fields', `${IMPORTS}export default definePipeline({ in: url(), out: url() }, ({ params }) => pipeline(readTar(params.in, { fields: { image: bytes('.JPG') } }), writeTar(params.out, { fields })));`), ...more], /fails while it is built: bytes: an extension is lower case/);
  await refused(t, ['run', recipe('noSink', `${IMPORTS}export default definePipeline({ in: url(), out: url() }, ({ params }) => pipeline(readTar(params.in, { fields })));`), ...more], /this recipe ends without a sink: a generation run needs one, such as writeTar/);
  await refused(t, ['run', recipe('clash', `${IMPORTS}export default definePipeline({ in: url(), out: url(), seed: integer(0) }, ({ params }) => pipeline(readTar(params.in, { fields }), writeTar(params.out, { fields })));`), ...more], /cannot have a parameter `seed`: millrace run has an option --seed of its own/);
  t.false(existsSync(`${root}/never`));
  const fine = recipe('fine', `${IMPORTS}export default definePipeline({ in: url(), out: url() }, ({ params }) => pipeline(readTar(params.in, { fields }), writeTar(params.out, { fields })));`);
  t.is((await spawnMillrace(['run', fine, '--in', glob, '--out', `${root}/fine`, '--workers', '2']).done).code, 0, 'and a good one from anywhere runs');
});

test('usage: inputs that are not there', async (t) => {
  const from = (pattern: string): string[] => ['run', COPY, '--in', pattern, '--out', `${root}/no-input`];
  await refused(t, from(`${input}/{00000..00009}.tar`), /7 of the 10 objects of .* are missing: .*00003\.tar, .*00007\.tar, \.\.\.; check the range/);
  await refused(t, from(`${input}/*.gz`), /no object matches .*\*\.gz; check the folder and the ending/);
  await refused(t, from(`${input}/00007.tar`), /cannot open .*00007\.tar: no such file/);
  await refused(t, from(input), /it is a folder; for the shards in it write .*\*\.tar/);
  await refused(t, from(`${glob}::${glob}`), /comes twice in the list of inputs/);
  await refused(t, from('ftp://bucket/*.tar'), /no store for ftp: \(ftp:\/\/bucket\/\*\.tar\)/);
  await refused(t, from('pipe:cat x'), /refused pipe:cat x/);
  t.false(existsSync(`${root}/no-input`));
});

test('usage: a teacher that is no model, labels that are not there', async (t) => {
  const owl = (...more: string[]): string[] => ['run', join(packageRoot, 'pipelines/owl-st.ts'), '--in', glob, '--out', `${root}/owl`, ...more];
  await refused(t, owl('--teacher', input), /pseudoLabel: the model folder .* has no model; expected /);
  await refused(t, owl('--teacher', `${root}/nowhere`), /nowhere is not a folder/);
  await refused(t, owl('--labels', `${root}/nowhere.txt`), /--labels: cannot read .*nowhere\.txt/);
  t.false(existsSync(`${root}/owl`));
});

test('usage: outputs that hold something else', async (t) => {
  const into = (out: string, ...more: string[]): string[] => run(out, ...more);
  await refused(t, into(input), /in\/ is no output of Millrace .* but holds .*00000\.tar; choose an empty output/);
  await refused(t, into(`${input}/00000.tar/x`), /a part of its path is a file/);
  await refused(t, into('ftp://bucket/out'), /no store for ftp:/);
  const theirs = await millrace(run(calm, '--seed', '5'));
  t.is(theirs.code, 2);
  t.is(theirs.out, '');
  t.regex(theirs.err, /^millrace: .*calm\/ holds the work of another recipe, and the two must not mix:\n {2}seed: was 0, is now 5\nWrite to another output, or go back/);
  const limited = await millrace(run(calm, '--limit', '3', '--max-shard-bytes', '1024'));
  t.regex(limited.err, /\n {2}inputs: was \w+, is now \w+\n {2}stage 4 writeTar: was .*1073741824.*, is now .*1024/);
  mkdirSync(`${root}/broken/_millrace`, { recursive: true });
  writeFileSync(`${root}/broken/_millrace/plan.json`, '{"version": 1, ');
  await refused(t, into(`${root}/broken`), /plan\.json is damaged: /);
});

test('usage: a damaged mark is refused with what to do, and done anew without it', async (t) => {
  const out = `${root}/damaged`;
  await millrace(run(out));
  writeFileSync(`${out}/00001_stats.json`, (tree(out)['00001_stats.json'] as string).replace('"lane": 1', '"lane": 2'));
  await refused(t, run(out), /00001_stats\.json is damaged: its content does not agree with its own digest\. Remove it and run again to make the lane anew/);
  rmSync(`${out}/00001_stats.json`);
  const again = await millrace(run(out, '--json'));
  t.like(JSON.parse(again.out), { outcome: 'complete', shards: { reused: 2 } });
  t.deepEqual(tree(out), tree(calm));
});

test('--max-in-flight-bytes below what one lane needs is refused, or enough', async (t) => {
  const result = await millrace(run(`${root}/tiny`, '--max-in-flight-bytes', '1'));
  t.is(result.code, 0, result.err);
  t.deepEqual(tree(`${root}/tiny`), tree(calm), 'this recipe has no windows, so one element at a time will do');
});

test('an input that changes during the run fails it, naming the shard; the output it was begun on takes no other content', async (t) => {
  const shards = `${root}/changing`;
  await makeShards(shards, [9, 9, 9]);
  const out = `${root}/changed`;
  const args = ['run', COPY, '--in', `${shards}/*.tar`, '--out', out, '--delay-ms', '10', '--json'];
  const timer = setInterval(() => {
    if (!existsSync(`${out}/00000_stats.json`)) return;
    utimesSync(`${shards}/00002.tar`, 1, 1);
    clearInterval(timer);
  }, 2);
  const result = await millrace(args);
  t.is(result.code, 1);
  t.is(errors(result).length, 1);
  t.regex(errors(result)[0] as string, /^millrace: readTar: .*00002\.tar changed while the run was reading it \(etag .*, now .*\); run again on the new content$/);
  t.like(JSON.parse(result.out), { outcome: 'failed', shards: { done: 2, total: 3 } });
  const again = await millrace(args);
  t.is(again.code, 2);
  t.regex(errors(again)[0] as string, /1 of 3 inputs changed since .* was begun, such as .*00002\.tar .*old and new must not mix: write to another output$/);
});

test('a damaged shard gives its whole records and a quarantined rest', async (t) => {
  const shards = `${root}/cut`;
  await makeShards(shards, [6, 6]);
  const whole = readFileSync(`${shards}/00001.tar`);
  writeFileSync(`${shards}/00001.tar`, whole.subarray(0, whole.length - 3000));
  const result = await millrace(['run', COPY, '--in', `${shards}/*.tar`, '--out', `${root}/cut-out`, '--json']);
  t.is(result.code, 0);
  t.like(JSON.parse(result.out), { outcome: 'complete', planned: 12, delivered: 11, quarantined: 1, reasons: { 'readTar: tar-truncated': 1 } });
  t.is((await millrace(['verify', `${root}/cut-out`, '--against', `${shards}/*.tar`])).code, 0);
});
