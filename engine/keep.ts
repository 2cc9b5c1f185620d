import { perSample } from './perSample.js';
import { tombstone, type Sample } from './sample.js';
import { sampleTools, stage, type SampleTools, type Stage } from './stage.js';

export interface KeepOptions {
  /** The stage's name, where `keep` stands more than once in a pipeline. @default 'keep' */
  readonly name?: string;
}

/**
 * Let the samples through for which `predicate` holds; the others flow on as tombstones with `reason` and are counted as filtered.
 * Synchronous; keeps the order; holds nothing.
 *
 * @param reason what is true of the kept samples, in words: it is counted and printed
 */
export function keep<S extends Sample>(
  reason: string,
  predicate: (sample: S, tools: SampleTools) => boolean,
  { name = 'keep' }: KeepOptions = {},
): Stage<S, S> {
  return stage<S, S>({
    name,
    arity: 'filter',
    options: { reason },
    connect: (context) =>
      perSample(context, (sample) =>
        predicate(sample, sampleTools(context, sample)) ? sample : tombstone(sample, { stage: context.name, reason, kind: 'filtered' }),
      ),
  });
}
