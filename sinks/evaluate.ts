import { padContribution } from '../engine/padContribution.js';
import type { Sample } from '../engine/sample.js';
import type { Stream } from '../engine/stream.js';
import { joinArrays } from '../kernels/joinArrays.js';
import type { Trainable } from '../models/train/trainable.js';
import type { Trainer } from '../models/train/trainer.js';

/**
 * Measure a model on all samples of a stream: the mean loss, and what the model's evaluation says of all of them together. Nothing is learned.
 */
export async function evaluate<F>(stream: Stream, trainer: Trainer<F>, model: Trainable<F>): Promise<Readonly<Record<string, number>>> {
  const parts: Record<string, Float32Array[]> = {};
  for await (const { contributions } of stream.steps()) {
    const samples = contributions.flatMap((contribution) => [...padContribution(contribution, stream.perLane).samples]);
    if (samples.every((sample) => sample === undefined)) continue;
    const outputs = await trainer.outputs(trainer.collate(samples as readonly ((Sample & F) | undefined)[]));
    for (const [name, values] of Object.entries(outputs)) (parts[name] ??= []).push(values);
  }
  const { loss, examples, ...outputs } = Object.fromEntries(Object.entries(parts).map(([name, arrays]) => [name, joinArrays(arrays)]));
  const sum = (values: Float32Array = new Float32Array(0)): number => values.reduce((total, value) => total + value, 0);
  const count = sum(examples);
  if (count === 0) return { examples: 0 };
  return { examples: count, loss: sum(loss) / count, ...model.evaluation?.measure(outputs) };
}
