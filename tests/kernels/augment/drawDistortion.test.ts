import test from 'ava';
import { readFileSync } from 'node:fs';
import { distortionNames } from '../../../kernels/augment/distort.js';
import { drawDistortion } from '../../../kernels/augment/drawDistortion.js';
import { counterRandom } from '../../../kernels/random.js';

const { cases } = JSON.parse(readFileSync(new URL('../../golden/big_vision/randaug.json', import.meta.url), 'utf8')) as { cases: { level_to_arg: Record<string, Record<string, readonly number[]>> } };
const image = { width: 300, height: 200 };

test("amounts as big_vision's for magnitudes 0 to 20, with both signs where there are signs", (t) => {
  const random = counterRandom(3);
  for (const [magnitude, amounts] of Object.entries(cases.level_to_arg)) {
    for (const op of distortionNames) {
      const [want = 0] = amounts[op]!;
      const drawn = Array.from({ length: 40 }, () => drawDistortion(random, op, Number(magnitude), image, { translate: 100, cutout: 40, solarizeWraps: false }).amount);
      const signed = /Rotate|Shear|Translate/.test(op) && want !== 0;
      t.deepEqual(new Set(drawn.map(Math.abs)), new Set([want]), `${op} at ${magnitude}`);
      t.is(drawn.some((amount) => amount < 0), signed, `${op} at ${magnitude}`);
      if (op === 'Solarize') t.is(drawDistortion(random, op, Number(magnitude), image, { translate: 100, cutout: 40, solarizeWraps: true }).amount, want % 256);
    }
  }
});

test('the middle of Cutout is anywhere in the picture', (t) => {
  const random = counterRandom(4);
  const places = Array.from({ length: 3000 }, () => drawDistortion(random, 'Cutout', 10, { width: 3, height: 2 }, { translate: 100, cutout: 40, solarizeWraps: true }).at!.join());
  for (const place of ['0,0', '1,0', '2,0', '0,1', '1,1', '2,1']) t.true(Math.abs(places.filter((at) => at === place).length - 500) < 5 * Math.sqrt(500));
});
