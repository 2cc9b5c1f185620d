/**
 * Training on the webgpu backend, over Mesa's llvmpipe (softwareVulkan.sh installs it below out/) or over the driver that VK_ICD_FILENAMES names: the losses of the
 * other backends, kills and resumes, a buffer over the device's limit, memory.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { millrace, spawnMillrace, until } from '../helpers/cli.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const RECIPE = resolve(here, '../helpers/recipes/trainShapes.ts');
const driver = resolve(here, '../../out/software-vulkan');
const root = mkdtempSync(join(tmpdir(), 'millrace-webgpu-'));
test.after.always(() => rmSync(root, { recursive: true, force: true }));

test.before(() => {
  if (process.env.VK_ICD_FILENAMES !== undefined) return;
  execFileSync(join(here, 'softwareVulkan.sh'), [driver], { stdio: ['ignore', 'ignore', 'inherit'] });
  process.env.VK_ICD_FILENAMES = join(driver, 'driver.json');
  process.env.LD_LIBRARY_PATH = [join(driver, 'lib'), process.env.LD_LIBRARY_PATH ?? ''].filter((part) => part !== '').join(':');
});

const args = (backend: string, ...more: string[]): string[] => ['train', RECIPE, '--backend', backend, '--epochs', '8', '--workers', '0', '--json', ...more];
const lossesOf = (out: string): [number, number][] => out.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as { step?: number; loss?: number }).flatMap(({ step, loss }) => (step === undefined || loss === undefined ? [] : [[step, loss]]));
const webgpu = async (...more: string[]): Promise<[number, number][]> => {
  const { code, out, err } = await spawnMillrace(args('webgpu', ...more)).done;
  if (code !== 0) throw new Error(err);
  return lossesOf(out);
};

const STEPS = 40;
let whole: [number, number][];

test.serial('webgpu, wasm and cpu: the same losses from one seed, to 1e-4 for 10 steps and to 1e-3 relative after', async (t) => {
  whole = await webgpu('--steps', String(STEPS));
  t.is(whole.length, STEPS);
  for (const backend of ['wasm', 'cpu']) {
    const { code, out, err } = await millrace(args(backend, '--steps', String(STEPS)));
    t.is(code, 0, err);
    for (const [step, loss] of lossesOf(out)) {
      const other = whole[step]?.[1] as number;
      t.true(Math.abs(loss - other) < (step < 10 ? 1e-4 : 1e-3 * loss), `${backend}, step ${step}: ${loss} and ${other}`);
    }
  }
});

test.serial('killed and run again on webgpu: the losses of the uninterrupted run, to 1e-5; every record once', async (t) => {
  const files = ['--checkpoint', `${root}/run`, '--checkpoint-every', '3', '--ledger', `${root}/ledger`, '--resume', '--steps', '16'];
  const { child, done } = spawnMillrace(args('webgpu', ...files));
  let lines = 0;
  child.stdout?.on('data', (chunk: Buffer) => (lines += chunk.toString().split('\n').length - 1));
  await until(() => lines >= 7 || child.exitCode !== null, 120_000);
  child.kill('SIGKILL');
  const killed = await done;
  t.is(killed.signal, 'SIGKILL', killed.err);
  const rest = await webgpu(...files);
  t.is(rest.at(-1)?.[0], 15);
  for (const [step, loss] of [...lossesOf(killed.out), ...rest]) t.true(Math.abs(loss - (whole[step]?.[1] as number)) < 1e-5, `step ${step}`);
  const proof = await millrace(['verify', RECIPE, '--epochs', '8', '--ledger', `${root}/ledger`, '--from', `${root}/run`]);
  t.is(proof.code, 0, `${proof.out}\n${proof.err}`);
});

const child = (mode: string): Record<string, unknown> => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', join(here, 'webgpuChild.ts'), mode], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as Record<string, unknown>;
};

test.serial('a buffer over the limit is an error, not zeros; the process ends by itself', (t) => {
  const { error } = child('over-limit');
  t.regex(String(error), /the GPU refused an operation, so its results would be wrong: .*larger than the maximum/s);
});

test.serial('300 packed steps: no tensor and no byte on the device more', (t) => {
  const { memory, left, first, last } = child('steps') as { memory: [number, number][]; left: number; first: number; last: number };
  t.deepEqual(memory[1], memory[0]);
  t.is(left, 0);
  t.true(last < first);
});

test.serial('doctor names backend, adapter and limits', async (t) => {
  const { out } = await spawnMillrace(['doctor', '--json']).done;
  t.regex(out, /webgpu: [^;"]*(llvmpipe|NVIDIA|AMD|Intel)[^;"]* \(maxBufferSize \d+, maxStorageBufferBindingSize \d+/i);
});
