import type { Pipeline, PlacedStage } from './pipeline.js';
import type { Sample } from './sample.js';
import { openStream, type StreamOptions } from './stream.js';

/**
 * The first `count` samples of a streaming run that come to a stage, the same number of each lane; fewer where the input ends.
 *
 * @param stage its place in the pipeline's stages
 * @throws UsageError as `openStream`
 */
export async function samplesBefore(pipe: Pipeline, stage: number, count: number, options: StreamOptions): Promise<Sample[]> {
  const end = pipe.stages.at(-1);
  // Steps of one sample a lane: no more is made than asked for.
  const step = end?.options?.batchSize === undefined ? [] : [{ ...end, options: { ...end.options, batchSize: options.lanes } } satisfies PlacedStage];
  const stream = await openStream({ ...pipe, stages: [...pipe.stages.slice(0, stage), ...step] }, options);
  const samples: Sample[] = [];
  for await (const { contributions } of stream.steps()) {
    samples.push(...contributions.flatMap((entry) => entry.samples));
    if (samples.length >= count) break;
  }
  return samples.slice(0, count);
}
