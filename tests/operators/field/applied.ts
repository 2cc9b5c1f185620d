import { pipeline, type Pipeline } from '../../../engine/pipeline.js';
import { isTombstone, type Sample } from '../../../engine/sample.js';
import type { Stage } from '../../../engine/stage.js';
import { laneElements } from '../../helpers/lanes.js';
import { memorySource, wholeMemory } from '../memorySource.js';

/** The fields of each sample behind the stages, or the code of what it was refused for. */
export async function applied(fields: readonly object[], ...stages: readonly Stage<never, Sample>[]): Promise<(Record<string, unknown> | string)[]> {
  const build = pipeline as unknown as (source: ReturnType<typeof memorySource>, ...stages: readonly Stage<never, Sample>[]) => Pipeline;
  const elements = await laneElements(build(memorySource(fields), ...stages), { itinerary: wholeMemory(fields.length) });
  return elements.flatMap((element): (Record<string, unknown> | string)[] => {
    if (isTombstone(element)) return element.dropped.map(({ reason }) => reason);
    const { key: _key, origin: _origin, cursor: _cursor, ...rest } = element;
    return [rest as Record<string, unknown>];
  });
}
