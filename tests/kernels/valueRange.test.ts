import test from 'ava';
import { readFileSync } from 'node:fs';
import { clipValueRange, valueRange, vggValueRange, type ValueRange } from '../../kernels/valueRange.js';

const { cases } = JSON.parse(readFileSync(new URL('../golden/big_vision/value_range.json', import.meta.url), 'utf8')) as { cases: Record<string, number[][][]> };
const input = Uint8Array.from(cases.input_uint8_hwc!.flat(2));
const options: Record<string, [ValueRange, number]> = {
  'value_range(-1,1)': [{ min: -1, max: 1 }, 0],
  'value_range(0,1)': [{ min: 0, max: 1 }, 0],
  'value_range()': [{}, 0],
  'value_range(-1,1,in_max=[255,127,128],in_min=[0,1,2])': [{ inMax: [255, 127, 128], inMin: [0, 1, 2] }, 0],
  'value_range(0,1,in_min=50,in_max=200,clip_values=True)': [{ min: 0, max: 1, inMin: 50, inMax: 200, clip: true }, 0],
  'vgg_value_range()': [vggValueRange, 0],
  'clip_value_range()': [clipValueRange, 0],
};

for (const [name, want] of Object.entries(cases)) {
  if (name === 'input_uint8_hwc') continue;
  test(`as big_vision's ${name}`, (t) => {
    const [range, tolerance] = options[name] ?? [];
    const got = valueRange(input, 3, range);
    const worst = want.flat(2).reduce((most, value, i) => Math.max(most, Math.abs(value - got[i]!)), 0);
    t.true(range !== undefined && worst <= tolerance!, String(worst));
  });
}

test('floats in the range of bytes as the bytes', (t) => {
  for (const range of [{}, vggValueRange, { min: 0, inMin: 50, inMax: 200, clip: true }]) t.deepEqual(valueRange(Float32Array.from(input), 3, range), valueRange(input, 3, range));
});

test('one and four channels', (t) => {
  t.deepEqual([...valueRange(Uint8Array.of(0, 255), 1, { min: 0 })], [0, 1]);
  t.deepEqual([...valueRange(Uint8Array.of(0, 10, 20, 30, 40, 50, 60, 70), 4, { min: 0, max: 1, inMin: [0, 10, 20, 30], inWidth: [10, 20, 40, 80] })], [0, 0, 0, 0, 4, 2, 1, 0.5]);
});

test('a list of another length than the channels is refused', (t) => {
  t.throws(() => valueRange(input, 3, { inMin: [0, 1] }), { instanceOf: RangeError, message: /3 channels need as many values/ });
});
