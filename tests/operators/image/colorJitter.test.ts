import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import type { PixelArray } from '../../../kernels/resizeImage.js';
import { colorJitter, type ColorJitterOptions } from '../../../operators/image/colorJitter.js';
import { patterned, pixelsThrough } from '../pixelsThrough.js';

const grey = { width: 1, height: 1, data: Uint8Array.of(100, 100, 100) };

test('brightness is uniform in its range', async (t) => {
  const out = (await pixelsThrough(Array.from({ length: 2000 }, () => grey), colorJitter({ brightness: 0.4 }))) as PixelArray[];
  const values = out.map(({ data }) => data[0]!);
  t.true(Math.min(...values) >= 60 && Math.max(...values) < 140);
  for (const limit of [80, 100, 120]) t.true(Math.abs(values.filter((value) => value < limit).length / 2000 - (limit - 60) / 80) < 5 * Math.sqrt(0.25 / 2000));
});

test('all four, in orders that differ: the same again for the same seed, and another for another', async (t) => {
  const pictures = Array.from({ length: 20 }, () => patterned(9, 7));
  const stage = colorJitter({ brightness: [0.5, 0.5], contrast: [0.4, 0.4], saturation: [0.3, 0.3], hue: [0.2, 0.2] });
  const out = await pixelsThrough(pictures, stage);
  t.true(new Set((out as PixelArray[]).map(({ data }) => data.join())).size > 3, 'the order alone');
  t.deepEqual(await pixelsThrough(pictures, stage), out);
  t.notDeepEqual(await pixelsThrough(pictures, stage, 8), out);
  t.deepEqual(await pixelsThrough(pictures, colorJitter()), pictures, 'nothing asked for');
});

test('ranges that are none are refused when the recipe is built', (t) => {
  const bad: readonly [ColorJitterOptions, RegExp][] = [
    [{ brightness: -0.1 }, /colorJitter: `brightness`/],
    [{ hue: 0.6 }, /colorJitter: `hue` must be a number from 0 to 0.5/],
    [{ hue: [-0.6, 0] }, /colorJitter: `hue \(least\)` must be a number from -0.5 to 0.5/],
    [{ contrast: [1, 0.5] }, /colorJitter: `contrast \(most\)`/],
  ];
  for (const [options, message] of bad) t.throws(() => colorJitter(options), { instanceOf: UsageError, message });
});
