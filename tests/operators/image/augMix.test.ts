import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import type { PixelArray } from '../../../kernels/resizeImage.js';
import { augMix, type AugMixOptions } from '../../../operators/image/augMix.js';
import { patterned, pixelsThrough } from '../pixelsThrough.js';

const pictures = Array.from({ length: 40 }, () => patterned(12, 9));
const through = async (options: AugMixOptions, seed?: number): Promise<PixelArray[]> => (await pixelsThrough(pictures, augMix(options), seed)) as PixelArray[];

test('pictures of the same size, other for other samples and seeds, the same for the same', async (t) => {
  const out = await through({});
  t.true(out.every(({ width, height, data }) => width === 12 && height === 9 && data.length === 324));
  t.true(new Set(out.map(({ data }) => data.join())).size > 30);
  t.deepEqual(await through({}), out);
  t.notDeepEqual(await through({}, 8), out);
});

test('weak steps stay near the picture, strong ones go further', async (t) => {
  const distance = (out: readonly PixelArray[]): number => out.reduce((sum, { data }) => sum + Array.from(data).reduce((total, value, i) => total + Math.abs(value - pictures[0]!.data[i]!), 0), 0);
  t.true(distance(await through({ severity: 1, depth: 1 })) < distance(await through({ severity: 10, depth: 3, allOps: true })));
});

test('options that are none are refused when the recipe is built', (t) => {
  const bad: readonly [AugMixOptions, RegExp][] = [
    [{ width: 0 }, /augMix: `width`/],
    [{ depth: 0 }, /augMix: `depth` must be -1 or from 1 up, got 0/],
    [{ alpha: 0 }, /augMix: `alpha`/],
    [{ severity: 11 }, /augMix: `severity` must be a number from 0.1 to 10/],
  ];
  for (const [options, message] of bad) t.throws(() => augMix(options), { instanceOf: UsageError, message });
});
