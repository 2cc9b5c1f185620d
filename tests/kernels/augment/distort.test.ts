import test from 'ava';
import { readFileSync } from 'node:fs';
import { distort, distortionNames, type DistortionName } from '../../../kernels/augment/distort.js';
import { patterned } from '../../operators/pixelsThrough.js';

type Pixels = readonly (readonly (readonly number[])[])[];
interface Golden {
  readonly cases: { readonly ops_in_order: readonly string[]; readonly input: Pixels; readonly outputs: Readonly<Record<string, Pixels>> };
}
const { cases } = JSON.parse(readFileSync(new URL('../../golden/big_vision/randaug.json', import.meta.url), 'utf8')) as Golden;
const input = { width: cases.input[0]!.length, height: cases.input.length, data: Uint8Array.from(cases.input.flat(2)) };

for (const [name, want] of Object.entries(cases.outputs)) {
  if (name === '_observations') continue;
  test(`as big_vision's RandAugment: ${name}`, (t) => {
    const [, op, number] = /^(\w+)(?:\((-?[\d.]+).*\))?/.exec(name)!;
    // Thresholds are bytes there.
    const amount = op === 'Solarize' ? Number(number) & 255 : Number(number ?? 0);
    t.deepEqual([...distort(input, [{ op: op as DistortionName, amount }]).data], want.flat(2));
  });
}

test('the names, in the order of the reference', (t) => {
  t.deepEqual([...distortionNames], [...cases.ops_in_order]);
});

test('several are done one after the other; none gives the picture itself', (t) => {
  const picture = patterned(9, 8);
  const steps = [{ op: 'Rotate', amount: 20 }, { op: 'Posterize', amount: 3 }, { op: 'Sharpness', amount: 1.9 }] as const;
  t.deepEqual(distort(picture, steps), steps.reduce((image, step) => distort(image, [step]), picture));
  t.is(distort(picture, []), picture);
});

test('without the slip, contrast is about the mean grey: none at factor 0', (t) => {
  const picture = { width: 2, height: 1, data: Uint8Array.of(0, 0, 0, 200, 200, 200) };
  t.deepEqual([...distort(picture, [{ op: 'Contrast', amount: 0 }], { contrastOfCount: false }).data], [100, 100, 100, 100, 100, 100]);
  t.deepEqual([...distort(picture, [{ op: 'Contrast', amount: 0 }]).data], [0, 0, 0, 0, 0, 0]);
});
