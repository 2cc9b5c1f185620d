import { perSample } from './perSample.js';
import { withFields, type Sample, type With } from './sample.js';
import { sampleTools, stage, type SampleTools, type Stage } from './stage.js';

/**
 * One sample in, the same sample with more fields out. Synchronous; keeps the order; holds nothing.
 *
 * `work` returns the fields to add or replace. A `SampleFault` sends the sample to quarantine; any other error stops the run and says where.
 *
 * ```ts
 * const upper = mapSample('upper', (sample: Sample & { text: string }) => ({ text: sample.text.toUpperCase() }));
 * ```
 * @param options everything the output depends on, as plain JSON (printed, fingerprinted)
 */
export function mapSample<S extends Sample, F extends object>(
  name: string,
  work: (sample: S, tools: SampleTools) => F,
  options: object = {},
): Stage<S, With<S, F> & Sample> {
  return stage<S, With<S, F> & Sample>({
    name,
    arity: 'one',
    options,
    connect: (context) =>
      perSample(context, (sample) => withFields(sample, work(sample, sampleTools(context, sample))) as unknown as With<S, F> & Sample),
  });
}
