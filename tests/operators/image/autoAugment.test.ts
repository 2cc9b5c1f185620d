import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { distort } from '../../../kernels/augment/distort.js';
import type { PixelArray } from '../../../kernels/resizeImage.js';
import { autoAugment, type AutoAugmentOptions } from '../../../operators/image/autoAugment.js';
import { patterned, pixelsThrough } from '../pixelsThrough.js';

const picture = patterned(12, 9);
const looks = async (count: number, options: AutoAugmentOptions): Promise<string[]> => ((await pixelsThrough(Array.from({ length: count }, () => picture), autoAugment(options))) as PixelArray[]).map(({ data }) => data.join());

test('one sub-policy a picture, its steps with their probabilities, in their order', async (t) => {
  const out = await looks(2000, { policy: [[['Invert', 0.5, 9], ['Posterize', 1, 5]], [['AutoContrast', 0, 3]]] });
  const [posterize, invert] = [{ op: 'Posterize', amount: 2 }, { op: 'Invert', amount: 0 }] as const;
  const want = { [distort(picture, [posterize]).data.join()]: 0.25, [distort(picture, [invert, posterize]).data.join()]: 0.25, [picture.data.join()]: 0.5 };
  for (const [look, share] of Object.entries(want)) t.true(Math.abs(out.filter((one) => one === look).length / out.length - share) < 5 * Math.sqrt(share / out.length));
  t.true(out.every((one) => want[one] !== undefined));
});

test('the policy of the reference, the same again for the same seed', async (t) => {
  const out = await looks(60, {});
  t.true(new Set(out).size > 20);
  t.deepEqual(await looks(60, {}), out);
});

test('options that are none are refused when the recipe is built', (t) => {
  const bad: readonly [AutoAugmentOptions, RegExp][] = [
    [{ policy: [] }, /autoAugment: `policy` must have at least one sub-policy/],
    [{ policy: [[['Blur' as 'Invert', 1, 1]]] }, /autoAugment: `policy` may name AutoContrast.* got Blur/],
    [{ policy: [[['Invert', 2, 1]]] }, /autoAugment: `policy \(probability of Invert\)`/],
    [{ policy: [[['Invert', 1, 11]]] }, /autoAugment: `policy \(magnitude of Invert\)`/],
    [{ translate: -1 }, /autoAugment: `translate`/],
  ];
  for (const [options, message] of bad) t.throws(() => autoAugment(options), { instanceOf: UsageError, message });
});
