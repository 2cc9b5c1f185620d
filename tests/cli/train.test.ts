import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { decodeSafetensors } from '../../formats/safetensors/safetensors.js';
import { millrace, spawnMillrace, until } from '../helpers/cli.js';

const RECIPE = fileURLToPath(new URL('../helpers/recipes/trainShapes.ts', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'millrace-train-'));
test.after.always(() => rmSync(root, { recursive: true, force: true }));

const run = (...more: string[]) => ['train', RECIPE, '--backend', 'wasm', '--epochs', '2', '--workers', '0', '--json', ...more];
const train = (...more: string[]) => millrace(run(...more));

interface Line {
  readonly step: number;
  readonly loss: number;
  readonly stall: number;
}
interface Totals {
  readonly steps: number;
  readonly next: number;
  readonly samples: number;
  readonly stalls: Readonly<Record<string, number>>;
  readonly stall: number;
  readonly backend: string;
  readonly parameters: number;
}
const linesOf = (out: string): (Line | Totals)[] => out.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Line | Totals);
const lossesOf = (out: string): [number, number][] => linesOf(out).flatMap((line) => ('step' in line ? [[line.step, line.loss]] : []));
const totalsOf = (out: string): Totals => linesOf(out).at(-1) as Totals;

const STEPS = 14;
let whole: [number, number][];

test.serial('one line a step, a last one with totals; the loss falls; weights by the names of the papers', async (t) => {
  const { code, out, err } = await train('--steps', String(STEPS), '--weights', `${root}/weights/model.safetensors`);
  t.is(code, 0, err);
  whole = lossesOf(out);
  t.deepEqual(whole.map(([step]) => step), Array.from({ length: STEPS }, (_, step) => step));
  const mean = (from: number): number => whole.slice(from, from + 4).reduce((sum, [, loss]) => sum + loss / 4, 0);
  t.true(mean(STEPS - 4) < 0.9 * mean(0), whole.map(([, loss]) => loss.toFixed(2)).join(' '));
  const totals = totalsOf(out);
  t.like(totals, { steps: STEPS, next: STEPS, samples: 8 * STEPS, backend: 'wasm' });
  const { tensors, metadata } = decodeSafetensors(await readFile(`${root}/weights/model.safetensors`));
  t.deepEqual({ ...metadata }, { model: 'siglip' });
  t.deepEqual(tensors.get('img/embedding/kernel')?.shape, [8, 8, 3, 16]);
  t.deepEqual(tensors.get('img/Transformer/encoderblock_0/MultiHeadDotProductAttention_0/query/kernel')?.shape, [16, 2, 8]);
  t.is([...tensors.values()].reduce((sum, { data }) => sum + data.length, 0), totals.parameters);
});

test.serial('stopped and resumed, with another prefetch: the same losses; the ledger is exactly-once; --keep keeps', async (t) => {
  const files = ['--checkpoint', `${root}/resumed`, '--checkpoint-every', '3', '--ledger', `${root}/ledger`, '--keep', '2'];
  const first = await train('--steps', '7', ...files);
  t.is(first.code, 0, first.err);
  t.deepEqual(readdirSync(`${root}/resumed`), ['step-000000006.safetensors', 'step-000000007.safetensors']);
  const rest = await train('--steps', String(STEPS), ...files, '--resume', '--prefetch', '5');
  t.is(rest.code, 0, rest.err);
  t.deepEqual([...lossesOf(first.out), ...lossesOf(rest.out)], whole);
  const again = await train('--steps', String(STEPS), ...files, '--resume');
  t.is(again.code, 0, again.err);
  t.deepEqual(lossesOf(again.out), []);
  const proof = await millrace(['verify', RECIPE, '--ledger', `${root}/ledger`, '--epochs', '2', '--from', `${root}/resumed`]);
  t.is(proof.code, 0, `${proof.out}\n${proof.err}`);
  t.regex(proof.out, /missing 0/);
  const order = await millrace(['order', RECIPE, '--from', `${root}/resumed/step-${STEPS}`, '--epochs', '2', '--steps', '1', '--json', '--workers', '0']);
  t.regex(order.out, new RegExp(`^\\{"step":${STEPS},`), 'a training checkpoint is a checkpoint of the data');
});

test.serial('killed at any moment and run again, also with kernel threads: every step has the loss of the uninterrupted run', async (t) => {
  const files = ['--checkpoint', `${root}/killed`, '--checkpoint-every', '2', '--ledger', `${root}/killed-ledger`, '--resume', '--steps', String(STEPS)];
  const { child, done } = spawnMillrace(run(...files));
  let lines = 0;
  child.stdout?.on('data', (chunk: Buffer) => (lines += chunk.toString().split('\n').length - 1));
  await until(() => lines >= 5 || child.exitCode !== null, 60_000);
  child.kill('SIGKILL');
  const killed = await done;
  t.is(killed.signal, 'SIGKILL');
  const rest = await train(...files, '--workers', '1');
  t.is(rest.code, 0, rest.err);
  for (const [step, loss] of [...lossesOf(killed.out), ...lossesOf(rest.out)]) t.deepEqual([step, loss], whole[step]);
  t.is(lossesOf(rest.out).at(-1)?.[0], STEPS - 1);
  const proof = await millrace(['verify', RECIPE, '--ledger', `${root}/killed-ledger`, '--epochs', '2', '--from', `${root}/killed`]);
  t.is(proof.code, 0, `${proof.out}\n${proof.err}`);
});

test.serial('SIGTERM: what was trained is saved, exit 75; the same command goes on', async (t) => {
  const files = ['--checkpoint', `${root}/stopped`, '--resume', '--steps', String(STEPS)];
  const { child, done } = spawnMillrace(run(...files));
  let lines = 0;
  child.stdout?.on('data', (chunk: Buffer) => (lines += chunk.toString().split('\n').length - 1));
  await until(() => lines >= 3 || child.exitCode !== null, 60_000);
  child.kill('SIGTERM');
  const stopped = await done;
  t.is(stopped.code, 75, stopped.err);
  const rest = await train(...files);
  t.deepEqual([...lossesOf(stopped.out), ...lossesOf(rest.out)], whole, 'no step is lost, none is made twice');
});

test.serial('what the device waits for: the slow stage is named', async (t) => {
  const { code, out, err } = await train('--steps', '4', '--delay', '1000', '--prefetch', '1');
  t.is(code, 0, err);
  const { stalls, stall } = totalsOf(out);
  t.is(Object.entries(stalls).toSorted((a, b) => b[1] - a[1])[0]?.[0], 'later', JSON.stringify(stalls));
  t.true(Math.abs(Object.values(stalls).reduce((sum, share) => sum + share, 0) - stall) < 0.01);
});

test.serial('a loss that is no number ends the run with exit 1, and the last checkpoint stays', async (t) => {
  const { code, err, out } = await train('--steps', '12', '--rate', '1e6', '--checkpoint', `${root}/broken`, '--checkpoint-every', '1');
  t.is(code, 1);
  t.regex(err, /the loss of step \d+ is NaN.*clip the gradient/);
  t.true(lossesOf(out).length > 0);
  t.true(existsSync(`${root}/broken`));
});

test.serial('a checkpoint that was trained otherwise is refused with the difference; so is a damaged one', async (t) => {
  const other = await train('--steps', '14', '--checkpoint', `${root}/resumed`, '--resume', '--rate', '5e-3');
  t.is(other.code, 2);
  t.regex(other.err, /was trained otherwise:\n.*training: was .*0\.002.*is now .*0\.005/);
  await writeFile(`${root}/resumed/step-000000099.safetensors`, 'nonsense');
  const damaged = await train('--steps', '14', '--checkpoint', `${root}/resumed`, '--resume');
  t.is(damaged.code, 2);
  t.regex(damaged.err, /step-000000099\.safetensors: safetensors: a header of/);
});

test.serial('usage: backend, --resume without a folder, a recipe that trains nothing', async (t) => {
  const usage = async (message: RegExp, ...args: string[]): Promise<void> => {
    const { code, err } = await millrace(['train', ...args]);
    t.is(code, 2, err);
    t.regex(err, message);
  };
  await usage(/--backend must be auto or one of webgpu, tensorflow, wasm, cpu, got "cuda"/, RECIPE, '--backend', 'cuda');
  await usage(/--resume needs --checkpoint/, RECIPE, '--resume');
  await usage(/--checkpoint-every needs --checkpoint/, RECIPE, '--checkpoint-every', '3');
  await usage(/npm install @tensorflow\/tfjs-node/, RECIPE, '--backend', 'tensorflow');
  const { out } = await millrace(['explain', RECIPE]);
  t.regex(out, /train \[sink\] \{"model":"siglip"/);
});
