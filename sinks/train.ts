import type { OperatorFunction } from 'rxjs';
import { checkInteger } from '../engine/check.js';
import { UsageError } from '../engine/errors.js';
import type { Pipeline } from '../engine/pipeline.js';
import type { Sample } from '../engine/sample.js';
import type { Trains, TrainsMark } from '../engine/trains.js';
import type { Trainable } from '../models/train/trainable.js';
import type { Training } from '../models/train/trainer.js';

/** What a step was: the samples are trained when the step after it begins. */
export interface TrainedStep extends Sample {
  readonly loss: number;
}

/** Samples that are not trained on, and when the model is measured on them. */
export interface TrainEvaluation<out F = unknown> {
  /** A finite recipe like that of the training data, `batch` at its end. */
  readonly data: Pipeline<Sample & { readonly samples: readonly F[] }>;
  /** After every so many steps, and at the end. @default at the end alone */
  readonly every?: number;
}

/** What `train(...)` says: which model, and how. */
export interface TrainPlan<in F = never> extends Trains {
  readonly model: Trainable<F>;
  readonly training: Training;
  readonly evaluation: TrainEvaluation | undefined;
}

/**
 * The end of a training recipe, behind `batch`: each step of the stream is one update of `model`, on TensorFlow.js in this process. The model says which fields its samples
 * need; a stream without them does not compile.
 *
 * ```ts
 *   batch({ size: 256 }),
 *   train(siglip({ ... }), { learningRate: 1e-3, schedule: { kind: 'cosine', warmupSteps: 1000, totalSteps: 20_000 } }),
 * ```
 * `millrace train RECIPE` runs it, and measures the model on held-out samples where `evaluation` gives some. The data does not depend on it: `millrace order`, `why` and `verify` read the same recipe as if it ended in `batch`.
 */
export function train<F>(model: Trainable<F>, training: Training = {}, evaluation?: TrainEvaluation<NoInfer<F>>): OperatorFunction<Sample & { readonly samples: readonly F[] }, TrainedStep> & TrainsMark {
  const plan: TrainPlan<F> = { name: 'train', options: { model: model.name, ...model.options, training }, model, training, evaluation };
  if (evaluation?.every !== undefined) checkInteger('train', 'every', evaluation.every, 1);
  const mark: OperatorFunction<Sample & { readonly samples: readonly F[] }, TrainedStep> = () => {
    throw new UsageError('train: runs by `millrace train`, at the end of a streaming recipe');
  };
  return Object.assign(mark, { trains: plan });
}

/** @throws UsageError for a recipe that does not end in `train(...)` */
export function trainPlanOf({ trains }: Pipeline): TrainPlan {
  if (trains === undefined || !('model' in trains)) throw new UsageError('the recipe trains nothing: it must end in train(model, { ... }), behind batch');
  return trains as TrainPlan;
}
