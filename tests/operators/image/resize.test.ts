import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { pipeline } from '../../../engine/pipeline.js';
import type { Sample } from '../../../engine/sample.js';
import { drawScene } from '../../../kernels/shapesWorld/index.js';
import { resizeImage } from '../../../kernels/resizeImage.js';
import type { RgbImage } from '../../../kernels/rgbImage.js';
import { resize } from '../../../operators/image/resize.js';
import { laneElements } from '../../helpers/lanes.js';
import { memorySource, samplesOf, wholeMemory } from '../memorySource.js';

test('every picture gets the size, as the kernel does it, in order', async (t) => {
  const pictures = Array.from({ length: 5 }, (_, index) => ({ pixels: drawScene(3, index).image }));
  const out = samplesOf<Sample & { pixels: RgbImage }>(await laneElements(pipeline(memorySource(pictures), resize({ size: [20, 30], method: 'area' })), { itinerary: wholeMemory(5) }));
  t.deepEqual(out.map(({ pixels }) => pixels), pictures.map(({ pixels }) => resizeImage(pixels, { height: 20, width: 30, method: 'area' })));
});

test('a size that is none is refused when the recipe is built', (t) => {
  for (const size of [0, 1.5, [10, -1] as const]) t.throws(() => resize({ size }), { instanceOf: UsageError, message: /resize: `size/ });
});
