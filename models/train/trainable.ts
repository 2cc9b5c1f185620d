import type { Collated } from '../../kernels/collate.js';
import type { BufferPool } from '../../kernels/bufferPool.js';
import type { ParameterSpec } from './parameters.js';
import type { Graph, Scalar, Tensor, Tf } from './tf.js';

/** The samples of a step side by side in host memory, as they are uploaded. */
export interface HostBatch {
  readonly arrays: Readonly<Record<string, Collated>>;
  /** Examples that count: a loss is a mean over them. */
  readonly examples: number;
}

/** The tensors of a step; whoever asked for them disposes of them. */
export type Inputs = Readonly<Record<string, Tensor>>;

/** A model with its objective: what a recipe's `train(...)` names. Inert: it holds no tensor. */
export interface Trainable<in F = never> {
  readonly name: string;
  /** Everything that decides what is learned, as plain JSON: printed, and held against a checkpoint's. */
  readonly options: object;
  readonly parameters: readonly ParameterSpec[];
  /**
   * Put the fields of samples side by side; undefined is padding, of weight 0. Not all are.
   * @throws UsageError when they are not of one shape
   */
  readonly collate: (samples: readonly (F | undefined)[], pool: BufferPool) => HostBatch;
  /** Upload, and make what the loss needs beside the weights, such as masks. */
  inputs(tf: Tf, batch: HostBatch): Inputs;
  /**
   * Inputs that depend on what the model says at this step, such as which box is matched with which prediction: made on the host, of what is read back. They join the
   * others. No gradient goes through it.
   */
  match?(graph: Graph, inputs: Inputs, batch: HostBatch): Promise<Inputs>;
  /** The mean loss over the examples of a batch; the gradient goes through all that is done with weights here. */
  loss(graph: Graph, inputs: Inputs): Scalar;
  /** What is measured on held-out samples; undefined: the loss alone. */
  readonly evaluation?: Evaluation;
}

/** How good a model is, on samples that it has not seen. */
export interface Evaluation {
  /** What a batch gives, one row an example; rows of all batches are put behind each other. */
  outputs(graph: Graph, inputs: Inputs): Readonly<Record<string, Tensor>>;
  /** The numbers, by name. */
  measure(outputs: Readonly<Record<string, Float32Array>>): Readonly<Record<string, number>>;
}
