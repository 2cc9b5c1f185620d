/** Small samples with boxes, for the tests of the operators on them. */
import { mapSample } from '../../../engine/mapSample.js';
import type { Element, Sample } from '../../../engine/sample.js';
import { pipeline, type Pipeline } from '../../../engine/pipeline.js';
import type { Stage } from '../../../engine/stage.js';
import type { RgbImage } from '../../../kernels/rgbImage.js';
import type { BoxAnnotations } from '../../../operators/label/boxAnnotations.js';
import { laneElements, type LaneRunOptions } from '../../helpers/lanes.js';
import type { TestSample } from '../../helpers/testSource.js';
import { memorySource, samplesOf, wholeMemory } from '../memorySource.js';

export type Boxed = Sample & BoxAnnotations & { readonly pixels: RgbImage };

/** A picture whose every value is `grey`. */
export const plain = (width: number, height: number, grey = 9): RgbImage => ({ width, height, data: new Uint8Array(3 * width * height).fill(grey) });

export function boxed(boxes: readonly (readonly number[])[], labels: readonly (readonly string[])[], negatives: readonly string[] = [], pixels: RgbImage = plain(4, 4)): Omit<Boxed, keyof Sample> {
  return { boxesXyxy: Float32Array.from(boxes.flat()), boxLabels: labels, negativeLabels: negatives, pixels };
}

/** What a stage makes of these fields. */
export async function through<A extends object, B extends Sample>(fields: readonly A[], stage: Stage<Sample & A, B>, options: Partial<LaneRunOptions> = {}): Promise<B[]> {
  return samplesOf<B>(await elements(fields, stage, options));
}

export async function elements<A extends object, B extends Sample>(fields: readonly A[], stage: Stage<Sample & A, B>, options: Partial<LaneRunOptions> = {}): Promise<Element[]> {
  return await laneElements(pipeline(memorySource(fields), stage) as Pipeline, { itinerary: wholeMemory(fields.length), ...options });
}

/** Gives the numbered records of a test source a label, a box and a picture of their number. */
export const asBoxed = (): Stage<TestSample, TestSample & Boxed> =>
  mapSample('boxed', ({ value }: TestSample) => boxed([[0, 0, 0.5, 1]], [[`label ${value % 7}`]], [], plain(2, 2, value % 251))) as unknown as Stage<TestSample, TestSample & Boxed>;
