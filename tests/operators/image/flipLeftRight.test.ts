import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { pipeline } from '../../../engine/pipeline.js';
import type { Sample } from '../../../engine/sample.js';
import { flipImage } from '../../../kernels/flipImage.js';
import type { RgbImage } from '../../../kernels/rgbImage.js';
import { flipLeftRight } from '../../../operators/image/flipLeftRight.js';
import { laneElements } from '../../helpers/lanes.js';
import { memorySource, samplesOf, wholeMemory } from '../memorySource.js';

const picture: RgbImage = { width: 2, height: 1, data: Uint8Array.of(1, 2, 3, 4, 5, 6) };

async function flipped(probability: number, count: number): Promise<number> {
  const pictures = Array.from({ length: count }, () => ({ pixels: picture }));
  const out = samplesOf<Sample & { pixels: RgbImage }>(await laneElements(pipeline(memorySource(pictures), flipLeftRight({ probability })), { itinerary: wholeMemory(count) }));
  const mirror = flipImage(picture).data.join();
  return out.filter(({ pixels }) => pixels.data.join() === mirror).length;
}

test('never, always, and half of the time within five standard deviations', async (t) => {
  t.is(await flipped(0, 20), 0);
  t.is(await flipped(1, 20), 20);
  t.true(Math.abs((await flipped(0.5, 2000)) - 1000) < 5 * Math.sqrt(500));
});

test('a probability outside 0 to 1 is refused', (t) => {
  t.throws(() => flipLeftRight({ probability: 1.5 }), { instanceOf: UsageError, message: /`probability` must be a number from 0 to 1/ });
});
