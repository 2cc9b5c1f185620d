import { pipeline } from '../../engine/pipeline.js';
import { isTombstone, type Element, type Sample } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import type { PixelArray } from '../../kernels/resizeImage.js';
import { laneElements } from '../helpers/lanes.js';
import { memorySource, wholeMemory } from './memorySource.js';

/** What comes out of a stage for each picture: its pixels, or the reason why it was refused. */
export async function pixelsThrough<P extends PixelArray>(pictures: readonly P[], stage: Stage<Sample & { readonly pixels: P }, Sample & { readonly pixels: PixelArray }>, seed = 7): Promise<(PixelArray | string)[]> {
  const source = memorySource(pictures.map((pixels) => ({ pixels })));
  const elements = (await laneElements(pipeline(source, stage), { itinerary: wholeMemory(pictures.length), seed })) as Element<Sample & { pixels: PixelArray }>[];
  return elements.flatMap<PixelArray | string>((element) => (isTombstone(element) ? element.dropped.map(({ reason }) => reason) : [element.pixels]));
}

/** A picture whose bytes all differ from their neighbours'. */
export const patterned = (width: number, height: number): PixelArray<Uint8Array> => ({ width, height, data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 37 + (i >> 5) * 11) % 256) });
