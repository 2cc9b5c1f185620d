/**
 * A GPU, if one is here: does training on it learn what the processor learns, how fast is it against PyTorch on the same shapes, and does it wait for data?
 *
 *   make gpu-check
 *   npx tsx bench/gpuCheck.ts [--model B] [--batch 32] [--steps 30] [--software] [--out bench/GPU.md]
 *
 * Without a GPU it says so and ends with 0; `--software` runs it on a driver in software all the same (take `--model mu`). PyTorch is asked where `python3` has it with CUDA.
 * The model is a ViT of that size with patches of 16 on 224 x 224 pixels and 1,000 classes, softmax loss, AdamW, float32 (TF32 off).
 */
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Checkpoint } from '../engine/checkpoint.js';
import { messageOf, UsageError } from '../engine/errors.js';
import type { Step } from '../engine/lockstep.js';
import { Meter } from '../engine/meter.js';
import type { Sample } from '../engine/sample.js';
import type { Stream } from '../engine/stream.js';
import { openBackend, type Backend } from '../models/train/backend.js';
import { classifier, type ClassifierSample } from '../models/train/classifier.js';
import { encoderNames, encoderSizes, type EncoderName } from '../models/train/layers/encoderSizes.js';
import { siglip } from '../models/train/siglip.js';
import { openTrainer } from '../models/train/trainer.js';
import { trainStream } from '../sinks/trainStream.js';
import { apart, wave } from '../tests/helpers/backends.js';
import { pairSamples, tinyTowers } from '../tests/helpers/trainees.js';

const { values } = parseArgs({
  options: { model: { type: 'string', default: 'B' }, batch: { type: 'string', default: '32' }, steps: { type: 'string', default: '30' }, software: { type: 'boolean', default: false }, out: { type: 'string' } },
});
const name = values.model as EncoderName;
if (!encoderNames.includes(name)) throw new UsageError(`--model must be one of ${encoderNames.join(', ')}, got ${values.model}`);
const [batch, steps] = [Number(values.batch), Number(values.steps)];
const SIDE = 224;
const CLASSES = 1000;
/** Steps before time is taken: shaders are compiled, buffers made. */
const WARM_UP = 5;

async function open(): Promise<Backend | string> {
  try {
    const backend = await openBackend('webgpu');
    if (!backend.software || values.software) return backend;
    await backend.close();
    return `only ${backend.device}, in software (--software takes it)`;
  } catch (error) {
    if (error instanceof UsageError) return messageOf(error);
    throw error;
  }
}

/** Losses of a small pair of towers, of one seed. */
async function smallLosses(backend: Backend): Promise<number[]> {
  const trainer = openTrainer(backend, siglip(tinyTowers), { learningRate: 3e-3, maxGradientNorm: 1 }, 1);
  const losses: number[] = [];
  for (let step = 0; step < 10; step += 1) losses.push((await trainer.step(trainer.collate(pairSamples(8, step)))).loss);
  trainer.close();
  return losses;
}

/** Steps of pictures that lie in memory: what is measured is the sink and the device. */
function memoryStream(count: number): Stream {
  const sampleOf = (index: number): Sample & ClassifierSample => ({
    key: `${index}`, origin: { dataset: 'memory', shard: '', record: index, pass: 0, path: [] }, cursor: { kind: 'source', position: null },
    pixels: { width: SIDE, height: SIDE, data: wave(SIDE * SIDE * 3, index) }, labels: Float32Array.from({ length: CLASSES }, (_, label) => (label === index ? 1 : 0)),
  });
  const samples = Array.from({ length: batch }, (_, index) => sampleOf(index));
  return {
    perLane: batch,
    checkpoint: () => ({ step: 0 }) as unknown as Checkpoint,
    async *steps() {
      for (let step = 0; step < count; step += 1) yield { step, contributions: [{ lane: 0, samples, dropped: [], cursor: { kind: 'source', position: null }, ended: false }] } satisfies Step;
    },
  } as Partial<Stream> as Stream;
}

async function speed(backend: Backend): Promise<{ readonly perSecond: number; readonly stall: number; readonly parameters: number; readonly loss: readonly [number, number] }> {
  const model = classifier({ image: { ...encoderSizes[name], patchSize: 16, positions: { kind: 'learned', grid: [14, 14] } }, classes: CLASSES });
  const trainer = openTrainer(backend, model, { learningRate: 1e-4 }, 0);
  const losses: number[] = [];
  let [began, stallMs] = [0, 0];
  for await (const { step, stallMs: stall, loss } of trainStream({ stream: memoryStream(WARM_UP + steps), trainer, meter: new Meter(), signal: new AbortController().signal })) {
    losses.push(loss as number);
    if (step === WARM_UP - 1) began = performance.now();
    else if (step >= WARM_UP) stallMs += stall;
  }
  const ms = performance.now() - began;
  trainer.close();
  return { perSecond: (1000 * steps) / ms, stall: stallMs / ms, parameters: trainer.parameterCount, loss: [losses[0] as number, losses.at(-1) as number] };
}

/** Steps per second of the same model in PyTorch with CUDA, or why there is no such number. */
function pytorch(): number | string {
  const { width, depth, heads, mlpWidth } = encoderSizes[name];
  const args = [width, depth, heads, mlpWidth, batch, steps, WARM_UP].map(String);
  const { status, stdout, stderr, error } = spawnSync('python3', [fileURLToPath(new URL('gpuCheck.py', import.meta.url)), ...args], { encoding: 'utf8' });
  if (error !== undefined) return messageOf(error);
  return status === 0 ? Number(stdout) : (stderr.trim().split('\n').at(-1) ?? `exit code ${status}`);
}

const backend = await open();
if (typeof backend === 'string') {
  process.stdout.write(`no GPU to train on: ${backend}\nWith one, this holds the losses of webgpu against those of wasm, measures steps a second of a ViT-${name}/16 against PyTorch, and writes bench/GPU.md.\n`);
} else {
  const device = backend.device;
  const losses = await smallLosses(backend);
  const measured = await speed(backend);
  await backend.close();
  const wasm = await openBackend('wasm');
  const difference = apart(losses, await smallLosses(wasm));
  await wasm.close();
  const torch = pytorch();
  const text = [
    '# Training on a GPU', '',
    `\`npx tsx bench/gpuCheck.ts --model ${name} --batch ${batch} --steps ${steps}\` on ${device}; ${cpus().length} cores (${cpus()[0]?.model.trim() ?? '?'}), Node ${process.versions.node}.`, '',
    '| what | number |', '|---|---|',
    `| losses of 10 small steps, webgpu against wasm | ${difference.toExponential(1)} apart (goal 1e-4: ${difference < 1e-4 ? 'holds' : 'FAILS'}) |`,
    `| ViT-${name}/16, ${measured.parameters.toLocaleString('en')} parameters, ${batch} pictures of ${SIDE} x ${SIDE}, float32: steps a second on webgpu | ${measured.perSecond.toFixed(2)} (${(measured.perSecond * batch).toFixed(0)} pictures) |`,
    `| the same in PyTorch with CUDA | ${typeof torch === 'number' ? `${torch.toFixed(2)}, ${(torch / measured.perSecond).toFixed(1)} times webgpu` : `not measured: ${torch}`} |`,
    `| share of the time that the device waited for data (in memory) | ${(100 * measured.stall).toFixed(2)} % (goal 2: ${measured.stall < 0.02 ? 'holds' : 'FAILS'}) |`,
    `| loss, first and last step | ${measured.loss.map((loss) => loss.toFixed(3)).join(', ')} |`, '',
  ].join('\n');
  process.stdout.write(text);
  if (values.out !== undefined) await writeFile(values.out, text);
  process.exitCode = difference < 1e-4 ? 0 : 1;
}
