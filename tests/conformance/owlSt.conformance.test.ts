import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { cp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import type { Mark } from '../../sinks/mark.js';

/** The main job over the four clean shards and the dirty one, through the command line, and what other readers make of its output. */
const root = fileURLToPath(new URL('../../', import.meta.url));
const shards = join(root, process.env['MILLRACE_SHARED'] ?? '../shared', 'data/shards');
const input = join(shards, '*.tar');
const folder = mkdtempSync(join(tmpdir(), 'millrace-owl-st-'));
test.after.always(() => rm(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function millrace(...args: readonly string[]): Promise<Ended> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(root, 'cli/millrace.mjs'), ...args], { cwd: root, maxBuffer: 64e6 });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

const open = join(folder, 'open');
let run: Ended;
test.before(async () => {
  run = await millrace('run', 'pipelines/owl-st.ts', '--in', input, '--out', open, '--min-score', '0', '--min-best-score', '0', '--workers', '2', '--json');
});
const markOf = async (out: string, lane: number): Promise<Mark> => JSON.parse(await readFile(join(out, `0000${lane}_stats.json`), 'utf8')) as Mark;

interface Members {
  readonly members: readonly (readonly [name: string, size: number, sha256: string])[];
  readonly samples: readonly (readonly [key: string, extensions: readonly string[], text: string])[];
}

async function pythonReads(paths: readonly string[]): Promise<Record<string, Members>> {
  const { stdout } = await promisify(execFile)(join(root, '.venv/bin/python'), [join(root, 'tests/conformance/readers.py'), ...paths], { maxBuffer: 64e6 });
  return JSON.parse(stdout) as Record<string, Members>;
}

test.serial('five shards, dirty one included: counts balance, missing 0, duplicates 0', (t) => {
  t.is(run.code, 0, run.stderr);
  const result = JSON.parse(run.stdout.trimEnd().split('\n').at(-1) as string) as Record<string, number>;
  t.is(result.planned, 4 * 64 + 65);
  t.is((result.planned as number) + (result.expanded as number), (result.delivered as number) + (result.filtered as number) + (result.quarantined as number) + (result.remainder as number));
  t.is(result.missing, 0);
  t.is(result.duplicates, 0);
  t.is(result.filtered, 1);
  t.is(result.quarantined, 9);
});

test.serial('each occurrence of the dirty shard ends as written down', async (t) => {
  const expected = (JSON.parse(await readFile(join(root, 'tests/conformance/dirty-expectations.json'), 'utf8')) as { occurrences: Record<string, string> }).occurrences;
  const mark = await markOf(open, 4);
  t.is(mark.millrace.planned, 65);
  const refused = new Map(mark.millrace.quarantine.map((drop) => [drop.reason === 'key-repeated' ? `${drop.key} (2nd)` : drop.key, `quarantined ${drop.stage} ${drop.reason}`]));
  const expectedRefused = Object.entries(expected).filter(([, end]) => end.startsWith('quarantined'));
  t.deepEqual([...refused].toSorted(), expectedRefused.toSorted());
  for (const drop of mark.millrace.quarantine) {
    t.true((drop.message ?? '').length > 0, drop.key);
    t.true(Number.isInteger(drop.byteOffset), `${drop.key} has its byte`);
  }
  t.deepEqual(mark.millrace.reasons['keep: has caption'], 1);
  const { [join(open, '00004.tar')]: seen } = await pythonReads([join(open, '00004.tar')]);
  const delivered = new Set((seen as Members).samples.map(([key]) => key));
  for (const [key, end] of Object.entries(expected)) if (!key.includes(' ')) t.is(delivered.has(key), end.startsWith('delivered'), key);
  t.true(delivered.has('000090055'));
  t.is(delivered.size, 65 - 9 - 1);
});

test.serial("Python's tarfile and webdataset read every output shard; images and captions are untouched", async (t) => {
  const outputs = (await readdir(open)).filter((name) => name.endsWith('.tar')).toSorted();
  t.is(outputs.length, 5);
  const written = await pythonReads(outputs.map((name) => join(open, name)));
  const names = ['00000.tar', '00001.tar', '00002.tar', '00003.tar'];
  const { stdout } = await promisify(execFile)(join(root, '.venv/bin/python'), ['-c', HASHES, ...names.map((name) => join(shards, name))], { maxBuffer: 64e6 });
  const originals = JSON.parse(stdout) as Record<string, Record<string, string>>;
  for (const name of names) {
    const { members, samples } = written[join(open, name)] as Members;
    t.is(samples.length, 64, name);
    for (const [key, extensions] of samples) t.true(extensions.includes('txt') && extensions.includes('json') && extensions.length === 3, `${name} ${key}: ${extensions.join()}`);
    const before = originals[join(shards, name)] as Record<string, string>;
    for (const [member, , sha256] of members) if (!member.endsWith('.json')) t.is(sha256, before[member], member);
  }
});

const HASHES = `
import sys, json, tarfile, hashlib
print(json.dumps({p: {m.name: hashlib.sha256(t.extractfile(m).read()).hexdigest() for m in t if m.isfile()} for p in sys.argv[1:] for t in [tarfile.open(p)]}))
`;

test.serial('verify proves the output against the input, and finds one changed byte, member or mark', async (t) => {
  const proven = await millrace('verify', open, '--against', input);
  t.is(proven.code, 0, proven.stdout);
  const changed = async (what: string, change: (copy: string) => Promise<void>, expected: RegExp): Promise<void> => {
    const copy = join(folder, 'changed');
    await cp(open, copy, { recursive: true });
    await change(copy);
    const { code, stdout } = await millrace('verify', copy, '--against', input);
    t.is(code, 1, what);
    t.regex(stdout, expected, what);
    await rm(copy, { recursive: true });
  };
  const flip = async (path: string, at: number): Promise<void> => {
    const bytes = await readFile(path);
    bytes[at] = (bytes[at] as number) ^ 1;
    await writeFile(path, bytes);
  };
  await changed('one byte of a part', (copy) => flip(join(copy, '00002.tar'), 100_001), /00002\.tar/);
  await changed('one byte of a mark', (copy) => flip(join(copy, '00001_stats.json'), 200), /00001_stats\.json/);
  await changed('a mark removed', (copy) => rm(join(copy, '00003_stats.json')), /00003_stats\.json: it is not there/);
  await changed('the last member cut off', async (copy) => truncate(join(copy, '00000.tar'), 200 * 512), /00000\.tar/);
});

test.serial("with the paper's thresholds: counts balance, the same samples are refused, and the survivors of each threshold are counted", async (t) => {
  const out = join(folder, 'paper');
  const { code, stdout, stderr } = await millrace('run', 'pipelines/owl-st.ts', '--in', input, '--out', out, '--workers', '2', '--json');
  t.is(code, 0, stderr);
  const result = JSON.parse(stdout.trimEnd().split('\n').at(-1) as string) as Record<string, number> & { tallies: Record<string, Record<string, number>> };
  t.is(result.planned, (result.delivered as number) + (result.filtered as number) + (result.quarantined as number));
  t.is(result.quarantined, 9);
  t.is(result.missing as number, 0);
  t.is(result.duplicates as number, 0);
  const survivors = result.tallies['keepBoxes'] as Record<string, number>;
  t.is(survivors['pictures above 0.3'], result.delivered);
  t.is(survivors['pictures'], 321 - 9 - 1);
  t.log(JSON.stringify(survivors));
  t.is((await millrace('verify', out, '--against', input)).code, 0);
});

test.serial('byte for byte the same with one process and with two', async (t) => {
  const one = join(folder, 'one');
  const { code, stderr } = await millrace('run', 'pipelines/owl-st.ts', '--in', input, '--out', one, '--min-score', '0', '--min-best-score', '0', '--workers', '1', '--json');
  t.is(code, 0, stderr);
  const digests = async (out: string): Promise<string[]> =>
    Promise.all((await readdir(out)).filter((name) => name !== '_millrace').toSorted().map(async (name) => `${name} ${createHash('sha256').update(await readFile(join(out, name))).digest('hex')}`));
  t.deepEqual(await digests(one), await digests(open));
});
