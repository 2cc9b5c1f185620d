import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { checkNode } from '../../cli/doctor/machine.js';
import { checkNative } from '../../cli/doctor/native.js';
import { checkOutput } from '../../cli/doctor/output.js';
import type { Check } from '../../cli/doctor/check.js';
import { execute } from '../../cli/main.js';
import { memoryStore } from '../../storage/memoryStore.js';

const root = mkdtempSync(join(tmpdir(), 'millrace-doctor-'));
test.after.always(() => rmSync(root, { recursive: true, force: true }));
const { signal } = new AbortController();

async function doctor(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await execute(['doctor', ...args], { out: (text) => out.push(text), err: (text) => err.push(text), errIsTerminal: false, signal });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

test('this machine is fine, and a new output is left as it was', async (t) => {
  mkdirSync(join(root, 'fresh'));
  const { code, out } = await doctor('--out', join(root, 'fresh/deep/out'), '--json');
  const { outcome, checks } = JSON.parse(out) as { outcome: string; checks: Check[] };
  t.is(code, 0);
  t.not(outcome, 'problem');
  t.deepEqual(checks.map(({ name }) => name), ['node', 'machine', 'output', 'disk', 'sharp', 'onnxruntime', 'teacher', 'training', 'python']);
  const found = Object.fromEntries(checks.map((check) => [check.name, check.found]));
  t.regex(found.sharp!, /sharp [\d.]+ with libvips [\d.]+: encodes and decodes/);
  t.regex(found.onnxruntime!, /onnxruntime [\d.]+: runs a graph/);
  t.regex(found.training!, /wasm: WebAssembly, 1 thread; cpu: JavaScript; --backend auto takes /);
  t.regex(found.teacher!, /text and image graphs, digest [0-9a-f]{12}; .*a merged graph costs/);
  t.deepEqual(readdirSync(join(root, 'fresh')), []);
});

test('problems are told with what to do, and the exit code says so', async (t) => {
  const { code, out } = await doctor('--teacher', root, '--out', 'ftp://somewhere/out');
  t.is(code, 1);
  t.regex(out, /^problem +output +no store for ftp: .*\n +-> choose another --out/m);
  t.regex(out, /^problem +teacher +the model folder .* has no model; .*\n +-> /m);
  t.regex(out, /^ok +node /m);
});

test('an option that is not there is a usage error', async (t) => {
  t.is((await doctor('--techer', 'a')).code, 2);
});

test('Node from 20.19 up', (t) => {
  t.deepEqual(['18.20.0', '20.18.3', '20.19.0', '22.1.0'].map((version) => checkNode(version).status), ['problem', 'problem', 'ok', 'ok']);
});

test('an output that cannot be written, or that does not commit once', async (t) => {
  const file = join(root, 'file');
  await writeFile(file, 'x');
  const inFile = await checkOutput(join(file, 'out'), () => memoryStore());
  t.regex(inFile.found, /a part of its path is a file/);
  const check = (changes: object): Promise<Check> => checkOutput('memory://out', () => ({ ...memoryStore(), ...changes }));
  t.is((await check({})).status, 'ok');
  t.regex((await check({ createOnce: async () => true })).found, /once and only once/);
  t.regex((await check({ link: async () => true })).found, /once and only once/);
  t.regex((await check({ openWrite: () => Promise.reject(new Error('access denied')) })).found, /access denied/);
});

test('nothing of the check stays in a store', async (t) => {
  const store = memoryStore();
  t.is((await checkOutput('memory://out', () => store)).status, 'ok');
  const left: string[] = [];
  for await (const { url } of store.list('')) left.push(url);
  t.deepEqual(left, []);
});

test('a native library that fails or kills its process is a problem, not the end of doctor', async (t) => {
  const failing = join(root, 'failing.mjs');
  await writeFile(failing, 'throw new Error("wrong ELF class");\n');
  t.like(await checkNative('sharp', signal, failing), { status: 'problem', found: 'it does not work: Error: wrong ELF class' });
  const dying = join(root, 'dying.mjs');
  await writeFile(dying, 'process.kill(process.pid, "SIGILL");\nsetInterval(() => {}, 1000);\n');
  t.like(await checkNative('onnxruntime', signal, dying), { status: 'problem', found: 'the library ended its process (SIGILL)' });
});
