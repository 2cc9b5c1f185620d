import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { classifier } from '../../../models/train/classifier.js';
import { siglip } from '../../../models/train/siglip.js';
import { openTrainer, type Trainer, type Training } from '../../../models/train/trainer.js';
import type { PairSample } from '../../../models/train/siglip.js';
import { apart, onEach } from '../../helpers/backends.js';
import { pairSamples, tinyTowers } from '../../helpers/trainees.js';

const model = siglip(tinyTowers);
const TRAINING: Training = { learningRate: 3e-3, optimizer: { kind: 'adamw', beta2: 0.95 }, maxGradientNorm: 1, averageDecay: 0.9 };

async function lossesOf(trainer: Trainer<PairSample>, steps: number, from = 0): Promise<number[]> {
  const losses: number[] = [];
  for (let step = from; step < from + steps; step += 1) losses.push((await trainer.step(trainer.collate(pairSamples(8, step)))).loss);
  return losses;
}

test.serial('the loss falls over 50 steps on wasm, and no tensor is left behind', async (t) => {
  await onEach(['wasm'], async (backend) => {
    const before = backend.tf.memory().numTensors;
    const trainer = openTrainer(backend, model, TRAINING, 1);
    t.is(trainer.parameterCount, model.parameters.reduce((sum, { shape }) => sum + shape.reduce((size, side) => size * side, 1), 0));
    const losses = await lossesOf(trainer, 50);
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    t.true(mean(losses.slice(-5)) < 0.5 * mean(losses.slice(0, 5)), losses.map((loss) => loss.toFixed(2)).join(' '));
    trainer.close();
    t.is(backend.tf.memory().numTensors, before);
  });
});

test.serial('cpu and wasm: the same losses for 10 steps, to 1e-4', async (t) => {
  const [cpu, wasm] = (await onEach(['cpu', 'wasm'], async (backend) => {
    const trainer = openTrainer(backend, model, TRAINING, 2);
    const losses = await lossesOf(trainer, 10);
    trainer.close();
    return losses;
  })) as [number[], number[]];
  t.true(apart(cpu, wasm) < 1e-4, `${apart(cpu, wasm)}`);
  t.not(new Set(cpu).size, 1);
});

test.serial('300 steps, in parts: as many tensors and bytes as after the first', async (t) => {
  const small = classifier({ image: { width: 4, depth: 1, heads: 1, patchSize: 4, positions: { kind: 'sincos2d' } }, classes: 2, loss: 'sigmoid' });
  const samples = pairSamples(2).map(({ pixels }, index) => ({ pixels, labels: Float32Array.of(index, 1 - index) }));
  await onEach(['wasm'], async (backend) => {
    const trainer = openTrainer(backend, small, { ...TRAINING, parts: 2 }, 0);
    await trainer.step(trainer.collate(samples));
    const { numTensors, numBytes } = backend.tf.memory();
    for (let step = 0; step < 300; step += 1) await trainer.step(trainer.collate(samples));
    t.is(backend.tf.memory().numTensors, numTensors);
    t.is(backend.tf.memory().numBytes, numBytes);
    trainer.close();
  });
});

test.serial('a saved state goes on as if nothing had been: the same losses, bit for bit', async (t) => {
  await onEach(['wasm'], async (backend) => {
    const before = backend.tf.memory().numTensors;
    const whole = openTrainer(backend, model, { ...TRAINING, schedule: { kind: 'cosine', warmupSteps: 2, totalSteps: 12 } }, 3);
    const first = await lossesOf(whole, 4);
    const state = await whole.save();
    t.is(state.updates, 4);
    const rest = await lossesOf(whole, 4, 4);
    const resumed = openTrainer(backend, model, { ...TRAINING, schedule: { kind: 'cosine', warmupSteps: 2, totalSteps: 12 } }, 77);
    resumed.load(state);
    t.deepEqual(await lossesOf(resumed, 4, 4), rest);
    t.notDeepEqual(first, rest);
    const short = new Map(state.tensors);
    short.delete('mean/t');
    t.throws(() => resumed.load({ ...state, tensors: short }), { instanceOf: UsageError, message: /no tensor mean\/t/ });
    for (const trainer of [whole, resumed]) trainer.close();
    t.is(backend.tf.memory().numTensors, before);
  });
});

test.serial('parts: for a loss that is a mean over examples, the same update as the whole batch, padding included', async (t) => {
  const small = classifier({ image: { width: 8, depth: 1, heads: 2, patchSize: 4, positions: { kind: 'learned', grid: [2, 2] }, pool: 'map' }, classes: 3 });
  const samples = [...pairSamples(5).map(({ pixels }, index) => ({ pixels, labels: Float32Array.from({ length: 3 }, (_, label) => (label === index % 3 ? 1 : 0)) })), undefined];
  await onEach(['wasm'], async (backend) => {
    const run = async (parts: number): Promise<number[]> => {
      const trainer = openTrainer(backend, small, { learningRate: 0.1, optimizer: { kind: 'sgd', momentum: 0.9 }, parts }, 0);
      const losses: number[] = [];
      for (let step = 0; step < 4; step += 1) losses.push((await trainer.step(trainer.collate(samples))).loss);
      trainer.close();
      return losses;
    };
    const whole = await run(1);
    for (const parts of [2, 3, 6]) t.true(apart(await run(parts), whole) < 1e-5, `${parts} parts`);
    const trainer = openTrainer(backend, small, { parts: 4 }, 0);
    t.throws(() => trainer.collate(samples), { instanceOf: UsageError, message: /a batch of 6 cannot be worked off in 4/ });
    trainer.close();
  });
});

test.serial('clipping: a step of plain SGD is as long as rate x norm at most', async (t) => {
  await onEach(['wasm'], async (backend) => {
    const trainer = openTrainer(backend, model, { learningRate: 0.5, optimizer: { kind: 'sgd' }, maxGradientNorm: 0.1 }, 0);
    const before = (await trainer.save()).tensors;
    const { gradientNorm } = await trainer.step(trainer.collate(pairSamples(8)));
    t.true((gradientNorm as number) > 0.1);
    const after = (await trainer.save()).tensors;
    let moved = 0;
    for (const [name, { data }] of before) for (const [at, value] of data.entries()) moved += (value - (after.get(name)?.data[at] as number)) ** 2;
    t.true(Math.abs(Math.sqrt(moved) - 0.05) < 1e-4, `${Math.sqrt(moved)}`);
    trainer.close();
  });
});

test.serial('the running mean of the weights', async (t) => {
  await onEach(['wasm'], async (backend) => {
    const trainer = openTrainer(backend, model, { learningRate: 0.01, averageDecay: 0.75 }, 0);
    const value = async (name: string): Promise<number> => (await trainer.save()).tensors.get(name)?.data[0] as number;
    const first = await value('weights/t');
    await trainer.step(trainer.collate(pairSamples(8)));
    t.true(Math.abs((await value('average/t')) - (0.75 * first + 0.25 * (await value('weights/t')))) < 1e-6);
    trainer.close();
  });
});

test.serial('samples of different sizes, texts that are too long: a usage error that names the field', async (t) => {
  await onEach(['wasm'], async (backend) => {
    const trainer = openTrainer(backend, model, {}, 0);
    const [first, second] = pairSamples(2) as [PairSample, PairSample];
    t.throws(() => trainer.collate([first, { ...second, pixels: { width: 4, height: 4, data: new Float32Array(48) } }]), { instanceOf: UsageError, message: /`pixels` must have one shape.*\[4, 4, 3\].*\[8, 8, 3\]/ });
    t.throws(() => trainer.collate([{ ...first, tokens: new Int32Array(9) }]), { instanceOf: UsageError, message: /9 tokens, the model has room for 5/ });
    t.throws(() => trainer.collate([{ ...first, tokens: Int32Array.of(1, 2, 20, 0, 0) }]), { instanceOf: UsageError, message: /`tokens` holds the id 20, and the model has a vocabulary of 20/ });
    trainer.close();
    t.throws(() => openTrainer(backend, model, { learningRate: -1 }, 0), { instanceOf: UsageError, message: /`learningRate`/ });
  });
});
