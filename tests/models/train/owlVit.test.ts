import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { BufferPool } from '../../../kernels/bufferPool.js';
import { counterRandom } from '../../../kernels/random.js';
import { owlVit, type DetectionSample } from '../../../models/train/owlVit.js';
import { openTrainer } from '../../../models/train/trainer.js';
import { onEach } from '../../helpers/backends.js';

const SIDE = 16;
const model = owlVit({
  out: 16,
  image: { width: 24, depth: 1, heads: 2, patchSize: 4, positions: { kind: 'learned', grid: [4, 4] } },
  text: { width: 16, depth: 1, heads: 2, vocabulary: 8, maxTokens: 2 },
});

/** A picture with one or two squares, red or blue, and the queries "red" and "blue"; room for three boxes. */
function scene(index: number): DetectionSample {
  const random = counterRandom('scene', index);
  const data = new Float32Array(SIDE * SIDE * 3).fill(-0.2);
  const boxesCxcywh = new Float32Array(3 * 4);
  const boxQueries = new Uint8Array(3 * 3);
  const count = random.integer(1, 2);
  for (let row = 0; row < 3; row += 1) {
    if (row >= count) {
      boxQueries[row * 3] = 1;
      continue;
    }
    const [size, colour] = [random.integer(4, 6), random.integer(0, 1)];
    // One in each half, so that neither hides the other.
    const [x, y] = [random.integer(0, 8 - size), random.integer(0, SIDE - size)];
    const left = row === 0 ? x : 8 + x;
    for (let v = y; v < y + size; v += 1) for (let u = left; u < left + size; u += 1) data[(v * SIDE + u) * 3 + 2 * colour] = 1;
    boxesCxcywh.set([(left + size / 2) / SIDE, (y + size / 2) / SIDE, size / SIDE, size / SIDE], row * 4);
    boxQueries[row * 3 + 1 + colour] = 1;
  }
  return { pixels: { width: SIDE, height: SIDE, data }, queryTokens: Int32Array.of(0, 0, 1, 2, 3, 4), boxesCxcywh, boxQueries };
}

test.serial('learns where things are and what they are called: the loss falls, AP50 on unseen pictures rises; no tensor is left', async (t) => {
  await onEach(['wasm'], async (backend) => {
    const before = backend.tf.memory().numTensors;
    const trainer = openTrainer(backend, model, { learningRate: 4e-3, maxGradientNorm: 1 }, 0);
    const held = Array.from({ length: 16 }, (_, index) => scene(10_000 + index));
    const precision = async (): Promise<number> => model.evaluation?.measure(await trainer.outputs(trainer.collate(held))).AP50 as number;
    const untrained = await precision();
    const losses: number[] = [];
    for (let step = 0; step < 120; step += 1) losses.push((await trainer.step(trainer.collate(Array.from({ length: 16 }, (_, index) => scene(step * 16 + index))))).loss);
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    t.true(mean(losses.slice(-10)) < 0.6 * mean(losses.slice(0, 5)), losses.filter((_, step) => step % 10 === 0).map((loss) => loss.toFixed(2)).join(' '));
    const trained = await precision();
    t.true(trained > untrained + 0.2, `${untrained} to ${trained}`);
    trainer.close();
    t.is(backend.tf.memory().numTensors, before);
  });
});

test.serial('cpu and wasm match the same boxes: the same losses to 1e-4; steps asked for at once are made one after the other', async (t) => {
  const [cpu, wasm] = (await onEach(['cpu', 'wasm'], async (backend) => {
    const trainer = openTrainer(backend, model, { learningRate: 1e-3 }, 0);
    const results = await Promise.all(Array.from({ length: 4 }, (_, step) => trainer.step(trainer.collate([scene(step), scene(step + 50)]))));
    trainer.close();
    return results.map(({ loss }) => loss);
  })) as [number[], number[]];
  for (const [step, loss] of cpu.entries()) t.true(Math.abs(loss - (wasm[step] as number)) < 1e-4, `${cpu.join(' ')} and ${wasm.join(' ')}`);
});

test('what does not fit is refused', (t) => {
  const pool = new BufferPool();
  const sample = scene(0);
  t.throws(() => model.collate([{ ...sample, queryTokens: Int32Array.of(0, 1, 2) }], pool), { instanceOf: UsageError, message: /`queryTokens` has 3 ids, and must have 2 for each/ });
  t.throws(() => model.collate([{ ...sample, boxQueries: new Uint8Array(5) }], pool), { instanceOf: UsageError, message: /3 boxes by 3 queries need 9/ });
});
