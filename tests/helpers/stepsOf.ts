import type { OperatorFunction } from 'rxjs';
import type { Batch } from '../../engine/batch.js';
import type { Step } from '../../engine/lockstep.js';
import { pipeline, type Pipeline } from '../../engine/pipeline.js';
import type { Sample } from '../../engine/sample.js';
import { openStream, type Stream } from '../../engine/stream.js';
import { batch } from '../../operators/flow/batch.js';
import { memorySource } from '../operators/memorySource.js';
import { noStores } from './lanes.js';

export interface StepsOfOptions {
  readonly lanes?: number;
  readonly size?: number;
  readonly seed?: number;
}

/** A stream over samples of these fields, `size` a step, with one stage after `batch`. */
export function streamOf<F extends object>(fields: readonly F[], after: OperatorFunction<Batch<Sample & F>, Sample>, { lanes = 1, size = fields.length, seed = 3 }: StepsOfOptions = {}): Promise<Stream> {
  const pipe = pipeline(memorySource<F>(fields), batch({ size }), after as never) as Pipeline;
  return openStream(pipe, { seed, lanes, stores: noStores, signal: new AbortController().signal, maxInFlightBytes: 1e9 });
}

/** All of its steps. */
export async function stepsOf<F extends object>(fields: readonly F[], after: OperatorFunction<Batch<Sample & F>, Sample>, options: StepsOfOptions = {}): Promise<Step[]> {
  const steps: Step[] = [];
  for await (const step of (await streamOf(fields, after, options)).steps()) steps.push(step);
  return steps;
}

/** The samples of a step, lane by lane. */
export function samplesOf<S>({ contributions }: Step): S[] {
  return contributions.flatMap(({ samples }) => samples as readonly unknown[] as readonly S[]);
}
