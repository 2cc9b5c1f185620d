import { checkInteger, checkNumber } from '../../engine/check.js';
import { UsageError } from '../../engine/errors.js';
import type { SafeTensor } from '../../formats/safetensors/safetensors.js';
import { BufferPool } from '../../kernels/bufferPool.js';
import { joinArrays } from '../../kernels/joinArrays.js';
import type { Backend } from './backend.js';
import { applyUpdate, checkOptimizer, optimizerSlots, type Optimizer } from './optimizer.js';
import { countParameters, initialValues } from './parameters.js';
import { checkSchedule, rateAt, type Schedule } from './schedule.js';
import type { Graph, Scalar, Tensor, Variable } from './tf.js';
import type { HostBatch, Inputs, Trainable } from './trainable.js';

/** How a model is trained; plain JSON, held against a checkpoint's. */
export interface Training {
  /** The peak of the learning rate. @default 1e-3 */
  readonly learningRate?: number;
  /** @default constant, without warm-up */
  readonly schedule?: Schedule;
  /** @default adamw */
  readonly optimizer?: Optimizer;
  /** Gradients whose norm over all weights is larger are scaled down to it. @default none */
  readonly maxGradientNorm?: number;
  /**
   * Parts in which a step's batch is worked off, one after the other; their gradients are averaged. Less memory; a contrastive loss then has its negatives from
   * the same part alone. @default 1
   */
  readonly parts?: number;
  /** Keep a running mean of the weights, which loses this share of itself each step: 0.9999. @default none */
  readonly averageDecay?: number;
}

export interface StepResult {
  readonly loss: number;
  /** What this step took. */
  readonly learningRate: number;
  /** Norm of the gradient over all weights, before it was clipped; where `maxGradientNorm` is given. */
  readonly gradientNorm?: number;
}

/** Everything that a resume needs beside the data's position. */
export interface TrainerState {
  /** Updates made. */
  readonly updates: number;
  /** `weights/NAME` and, of each, what the optimizer keeps: `mean/NAME`, `variance/NAME`, `average/NAME`. */
  readonly tensors: ReadonlyMap<string, SafeTensor>;
}

export interface Trainer<in F = never> {
  /** Numbers that are learned. */
  readonly parameterCount: number;
  /** On the host, so it can be done while the device works. Exactly as many samples each step, undefined for padding. @throws UsageError */
  readonly collate: (samples: readonly (F | undefined)[]) => readonly HostBatch[];
  /**
   * One update. Updates are dispatched in the order of the calls, each as soon as the one before it is, so the next may be asked for before this one is finished; the
   * promise waits for the device. The batch's buffers are given back then.
   */
  readonly step: (batches: readonly HostBatch[]) => Promise<StepResult>;
  /** What the model's evaluation reads of a batch, without an update; with the running mean of the weights where there is one. */
  readonly outputs: (batches: readonly HostBatch[]) => Promise<Readonly<Record<string, Float32Array>>>;
  readonly save: () => Promise<TrainerState>;
  /** @throws UsageError when a tensor is missing or has another shape */
  readonly load: (state: TrainerState) => void;
  readonly close: () => void;
}

/** @throws UsageError when an option is out of range */
export function checkTraining({ learningRate = 1e-3, schedule, optimizer, maxGradientNorm, parts = 1, averageDecay }: Training): void {
  checkNumber('train', 'learningRate', learningRate, 0, 1e6);
  if (schedule !== undefined) checkSchedule(schedule);
  if (optimizer !== undefined) checkOptimizer(optimizer);
  if (maxGradientNorm !== undefined) checkNumber('train', 'maxGradientNorm', maxGradientNorm, 1e-12, 1e12);
  checkInteger('train', 'parts', parts, 1);
  if (averageDecay !== undefined) checkNumber('train', 'averageDecay', averageDecay, 0, 0.99999999);
}

/** A weight on the device, and what is kept of it. */
interface Kept {
  readonly name: string;
  readonly shape: readonly number[];
  readonly decays: boolean;
  readonly weight: Variable;
  readonly slots: readonly Variable[];
  readonly average: Variable | undefined;
}

/**
 * A model on a device: its weights, made of (seed, name), what the optimizer keeps of them, and one update after the other. Nothing is read from the device
 * but the loss, and that without blocking.
 */
export function openTrainer<F>({ tf, check }: Backend, model: Trainable<F>, training: Training, seed: number): Trainer<F> {
  checkTraining(training);
  const { learningRate = 1e-3, schedule = { kind: 'constant' }, optimizer = { kind: 'adamw' }, maxGradientNorm, parts = 1, averageDecay } = training;
  const slotNames = optimizerSlots(optimizer);
  const pool = new BufferPool();
  let updates = 0;
  const kept = model.parameters.map((spec): Kept => {
    const { name, shape, decays } = spec;
    const variable = (tensor: Tensor, learned = false): Variable => {
      const made = tf.variable(tensor, learned);
      tensor.dispose();
      return made;
    };
    const first = tf.tensor(initialValues(spec, seed), [...shape]);
    const average = averageDecay === undefined ? undefined : variable(tf.clone(first));
    return { name, shape, decays, weight: variable(first, true), slots: slotNames.map(() => variable(tf.zeros([...shape]))), average };
  });
  const weights = new Map(kept.map((entry) => [entry.name, entry.weight]));
  const averages = new Map(kept.map(({ name, weight, average }) => [name, average ?? weight]));
  const graphOf = (of: ReadonlyMap<string, Variable>): Graph => ({
    tf,
    weight(name) {
      const found = of.get(name);
      if (found === undefined) throw new RangeError(`the model ${model.name} has no weight ${name}`);
      return found;
    },
  });
  const graph = graphOf(weights);
  const averaging = graphOf(averages);
  const own = kept.map(({ weight }) => weight);

  /** Loss and gradients of one part, each a tensor of the caller's. */
  const gradientsOf = async (batch: HostBatch): Promise<{ value: Scalar; grads: Record<string, Tensor> }> => {
    const inputs = await inputsOf(graph, batch);
    try {
      return tf.variableGrads(() => model.loss(graph, inputs), own);
    } finally {
      tf.dispose(inputs as Record<string, Tensor>);
    }
  };
  const inputsOf = async (of: Graph, batch: HostBatch): Promise<Inputs> => {
    const inputs = model.inputs(tf, batch);
    return model.match === undefined ? inputs : { ...inputs, ...(await model.match(of, inputs, batch)) };
  };

  /** The mean over parts, by their examples. */
  const averaged = async (batches: readonly HostBatch[]): Promise<{ value: Tensor; grads: Record<string, Tensor> }> => {
    const total = batches.reduce((sum, { examples }) => sum + examples, 0);
    let sums: { value: Tensor; grads: Record<string, Tensor> } | undefined;
    for (const batch of batches) {
      const { value, grads } = await gradientsOf(batch);
      const share = batch.examples / total;
      if (batches.length === 1) return { value, grads };
      const before = sums;
      sums = tf.tidy(() => ({
        value: before === undefined ? tf.mul(value, share) : tf.add(before.value, tf.mul(value, share)),
        grads: Object.fromEntries(Object.entries(grads).map(([name, grad]) => [name, before === undefined ? tf.mul(grad, share) : tf.add(before.grads[name] as Tensor, tf.mul(grad, share))])),
      }) as never);
      if (before !== undefined) tf.dispose([before.value, ...Object.values(before.grads)]);
      value.dispose();
      tf.dispose(grads);
    }
    return sums as { value: Tensor; grads: Record<string, Tensor> };
  };

  const release = (batches: readonly HostBatch[]): void => {
    for (const { arrays } of batches) for (const { data } of Object.values(arrays)) pool.release(data);
  };
  /** Numbers of single-valued tensors, which are disposed of. */
  const read = async (tensors: readonly Tensor[]): Promise<number[]> => {
    const values = await Promise.all(tensors.map(async (tensor) => (await tensor.data())[0] as number));
    tf.dispose([...tensors]);
    check();
    return values;
  };

  /** All of an update but the reading of its loss. */
  const dispatch = async (batches: readonly HostBatch[]): Promise<{ readonly rate: number; readonly value: Tensor; readonly norm: Tensor | undefined }> => {
    const rate = learningRate * rateAt(schedule, updates);
    const step = updates;
    updates += 1;
    const { value, grads } = await averaged(batches);
    const norm = maxGradientNorm === undefined ? undefined : tf.tidy(() => tf.sqrt(Object.values(grads).map((grad) => tf.sum(tf.square(grad))).reduce((sum, square) => tf.add(sum, square))));
    const scale = norm === undefined ? undefined : tf.tidy(() => tf.minimum(1, tf.div(maxGradientNorm as number, tf.maximum(norm, 1e-12))));
    for (const { weight, slots, decays, average } of kept) {
      const gradient = grads[weight.name];
      if (gradient === undefined) continue;
      const clipped = scale === undefined ? gradient : tf.mul(gradient, scale);
      applyUpdate(tf, optimizer, { weight, gradient: clipped, slots, decays, rate, step });
      if (clipped !== gradient) clipped.dispose();
      if (average !== undefined) tf.tidy(() => average.assign(tf.add(tf.mul(average, averageDecay as number), tf.mul(weight, 1 - (averageDecay as number)))));
    }
    tf.dispose(grads);
    scale?.dispose();
    return { rate, value, norm };
  };
  let turn: Promise<unknown> = Promise.resolve();

  return {
    parameterCount: countParameters(model.parameters),
    collate(samples) {
      if (samples.length % parts !== 0) throw new UsageError(`train: a batch of ${samples.length} cannot be worked off in ${parts} equal \`parts\``);
      const size = samples.length / parts;
      const slices = Array.from({ length: parts }, (_, part) => samples.slice(part * size, (part + 1) * size));
      return slices.filter((slice) => slice.some((sample) => sample !== undefined)).map((slice) => model.collate(slice, pool));
    },
    async step(batches) {
      const dispatched = turn.then(() => dispatch(batches));
      turn = dispatched.catch(() => {});
      const { rate, value, norm } = await dispatched;
      const [loss, gradientNorm] = await read(norm === undefined ? [value] : [value, norm]);
      release(batches);
      return { loss: loss as number, learningRate: rate, ...(gradientNorm === undefined ? {} : { gradientNorm }) };
    },
    async outputs(batches) {
      const found: Record<string, Float32Array[]> = {};
      for (const batch of batches) {
        const inputs = await inputsOf(averaging, batch);
        const tensors = tf.tidy(() => {
          const examples = tf.scalar(batch.examples);
          return { loss: tf.mul(model.loss(averaging, inputs), examples), examples, ...model.evaluation?.outputs(averaging, inputs) } as Record<string, Tensor>;
        });
        for (const [name, tensor] of Object.entries(tensors)) (found[name] ??= []).push(Float32Array.from(await tensor.data()));
        // Some outputs are inputs.
        tf.dispose([...Object.values(tensors), ...Object.values(inputs)]);
      }
      check();
      release(batches);
      return Object.fromEntries(Object.entries(found).map(([name, arrays]) => [name, joinArrays(arrays)]));
    },
    async save() {
      const tensors = new Map<string, SafeTensor>();
      const put = async (name: string, { shape }: Pick<Kept, 'shape'>, tensor: Tensor): Promise<void> => {
        tensors.set(name, { shape, data: Float32Array.from((await tensor.data()) as Float32Array) });
      };
      for (const entry of kept) {
        await put(`weights/${entry.name}`, entry, entry.weight);
        for (const [place, slot] of entry.slots.entries()) await put(`${slotNames[place]}/${entry.name}`, entry, slot);
        if (entry.average !== undefined) await put(`average/${entry.name}`, entry, entry.average);
      }
      check();
      return { updates, tensors };
    },
    load(state) {
      const take = (name: string, variable: Variable): void => {
        const saved = state.tensors.get(name);
        if (saved === undefined) throw new UsageError(`the checkpoint has no tensor ${name}`);
        if (saved.shape.join() !== variable.shape.join()) throw new UsageError(`${name} has the shape [${saved.shape.join(', ')}] in the checkpoint, and [${variable.shape.join(', ')}] in the model`);
        const tensor = tf.tensor(saved.data, [...saved.shape], 'float32');
        variable.assign(tensor);
        tensor.dispose();
      };
      for (const { name, weight, slots, average } of kept) {
        take(`weights/${name}`, weight);
        for (const [place, slot] of slots.entries()) take(`${slotNames[place]}/${name}`, slot);
        if (average !== undefined) take(`average/${name}`, average);
      }
      updates = state.updates;
    },
    close() {
      for (const { weight, slots, average } of kept) tf.dispose([weight, ...slots, ...(average === undefined ? [] : [average])]);
    },
  };
}
