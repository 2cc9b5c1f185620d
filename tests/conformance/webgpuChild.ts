/** What can only be tried in a process of its own: a device that refuses, and 300 steps. Prints JSON and must end by itself. */
import { messageOf } from '../../engine/errors.js';
import { openBackend } from '../../models/train/backend.js';
import { navit } from '../../models/train/navit.js';
import { openTrainer } from '../../models/train/trainer.js';
import { wave } from '../helpers/backends.js';
import { pack, tinyTowers } from '../helpers/trainees.js';

const backend = await openBackend('webgpu');
const { tf } = backend;

/** A buffer beyond the device's limit: what WebGPU answers with zeros. */
async function overLimit(): Promise<object> {
  const count = Math.floor((backend.limits.maxStorageBufferBindingSize as number) / 4) + 1024;
  const ones = tf.ones([count]);
  const sum = tf.add(ones, 1);
  await tf.slice(sum, [0], [4]).data();
  try {
    backend.check();
    return { error: null };
  } catch (error) {
    return { error: messageOf(error) };
  }
}

/** Packed pairs, so that masks, positions and both losses' gradients are used. */
async function manySteps(): Promise<object> {
  const values = 48;
  const trainer = openTrainer(backend, navit({ ...tinyTowers, maxExamples: 2 }), { maxGradientNorm: 1, averageDecay: 0.9 }, 0);
  const samples = [0, 1].map((shift) => pack([{ grid: [2, 2], patches: wave(4 * values, shift), tokens: Int32Array.of(1, 2) }, { grid: [1, 3], patches: wave(3 * values, shift + 5), tokens: Int32Array.of(3) }], { length: 8, textLength: 4, maxExamples: 2, values }));
  const bytes = (): unknown => (tf.memory() as unknown as { numBytesInGPU: number }).numBytesInGPU;
  const losses: number[] = [];
  const memory: unknown[] = [];
  for (let step = 0; step < 300; step += 1) {
    losses.push((await trainer.step(trainer.collate(samples))).loss);
    if (step === 9 || step === 299) memory.push([tf.memory().numTensors, bytes()]);
  }
  trainer.close();
  return { first: losses[0], last: losses.at(-1), memory, left: tf.memory().numTensors };
}

process.stdout.write(`${JSON.stringify({ device: backend.device, software: backend.software, ...(await (process.argv[2] === 'over-limit' ? overLimit() : manySteps())) })}\n`);
if (process.argv[2] === 'over-limit') tf.disposeVariables();
await backend.close();
