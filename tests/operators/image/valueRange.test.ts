import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { pipeline } from '../../../engine/pipeline.js';
import type { Sample } from '../../../engine/sample.js';
import type { PixelArray } from '../../../kernels/resizeImage.js';
import { valueRange } from '../../../operators/image/valueRange.js';
import { laneElements } from '../../helpers/lanes.js';
import { memorySource, samplesOf, wholeMemory } from '../memorySource.js';

test('bytes become floats of the same shape', async (t) => {
  const source = memorySource([{ pixels: { width: 1, height: 1, data: Uint8Array.of(0, 51, 255) } }]);
  const [out] = samplesOf<Sample & { pixels: PixelArray<Float32Array> }>(await laneElements(pipeline(source, valueRange({ min: 0 })), { itinerary: wholeMemory(1) }));
  t.deepEqual(out?.pixels, { width: 1, height: 1, data: Float32Array.of(0, 0.2, 1) });
});

test('lists that are not of three channels are refused when the recipe is built', (t) => {
  t.throws(() => valueRange({ inMax: [1, 2] }), { instanceOf: UsageError, message: /3 channels need as many/ });
});
