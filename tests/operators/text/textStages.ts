import { pipeline, type Pipeline } from '../../../engine/pipeline.js';
import type { Element, Sample } from '../../../engine/sample.js';
import type { Stage } from '../../../engine/stage.js';
import { laneElements, type LaneRunOptions } from '../../helpers/lanes.js';
import { memorySource, wholeMemory } from '../memorySource.js';

/** What a stage makes of samples with these fields. */
export function elementsOf<F extends object, B extends Sample>(fields: readonly F[], stage: Stage<Sample & F, B>, options: Omit<LaneRunOptions, 'itinerary'> = {}): Promise<Element[]> {
  return laneElements(pipeline(memorySource(fields), stage) as Pipeline, { itinerary: wholeMemory(fields.length), ...options });
}
