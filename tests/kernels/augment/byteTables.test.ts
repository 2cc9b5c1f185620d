import test from 'ava';
import { assert, array, integer, property } from 'fast-check';
import { autoContrastTables, blendByte, blendTable, equalizeTables, invertTable, mapBytes, posterizeTable, solarizeAddTable, solarizeTable } from '../../../kernels/augment/byteTables.js';

/** A picture of grey values, one of each [value, how often]. */
function greys(...counts: readonly (readonly [value: number, count: number])[]): { width: number; height: number; data: Uint8Array } {
  const values = counts.flatMap(([value, count]) => Array.from({ length: count }, () => [value, value, value])).flat();
  return { width: values.length / 3, height: 1, data: Uint8Array.from(values) };
}

test('equalize: the histogram worked out by hand', (t) => {
  // Step (1020 - 210) / 255 = 3: 10 -> (0 + 1) / 3, 20 -> (510 + 1) / 3, 30 -> (810 + 1) / 3, which is over 255.
  const image = greys([10, 510], [20, 300], [30, 210]);
  const out = mapBytes(image, equalizeTables(image)).data;
  t.deepEqual([out[0], out[3 * 510], out[3 * 810]], [0, 170, 255]);
  const small = greys([10, 100], [20, 300]);
  t.deepEqual(mapBytes(small, equalizeTables(small)), small, 'no step: as it was');
});

test('autoContrast: least to 0, largest to 255; one value stays', (t) => {
  const image = greys([50, 1], [100, 1], [150, 1]);
  t.deepEqual([...mapBytes(image, autoContrastTables(image)).data], [0, 0, 0, 127, 127, 127, 255, 255, 255]);
  const flat = greys([50, 4]);
  t.deepEqual(mapBytes(flat, autoContrastTables(flat)), flat);
});

test('both keep the order of values, channel by channel', (t) => {
  assert(
    property(array(integer({ min: 0, max: 255 }), { minLength: 3, maxLength: 900 }), (values) => {
      const image = { width: Math.floor(values.length / 3), height: 1, data: Uint8Array.from(values.slice(0, values.length - (values.length % 3))) };
      for (const tables of [autoContrastTables(image), equalizeTables(image)]) for (const table of tables as readonly Uint8Array[]) t.true(table.every((value, byte) => byte === 0 || value >= table[byte - 1]!));
    }),
    { numRuns: 50 },
  );
});

test('tables of one number', (t) => {
  t.deepEqual([0, 100, 255].map((byte) => invertTable()[byte]), [255, 155, 0]);
  t.deepEqual([0, 100, 255].map((byte) => posterizeTable(2)[byte]), [0, 64, 192]);
  t.deepEqual([0, 127, 128, 255].map((byte) => posterizeTable(0)[byte]), [0, 0, 128, 128]);
  t.deepEqual([99, 100, 255].map((byte) => solarizeTable(100)[byte]), [99, 155, 0]);
  t.deepEqual([0, 127, 128].map((byte) => solarizeAddTable(200)[byte]), [200, 255, 128]);
  t.deepEqual([0, 100, 200].map((byte) => blendTable(50, 0.5)[byte]), [25, 75, 125]);
});

test('a blend with 0 and 1 is one or the other, and never leaves the bytes', (t) => {
  const byte = integer({ min: 0, max: 255 });
  assert(
    property(byte, byte, integer({ min: 0, max: 400 }), (from, to, hundredths) => {
      t.is(blendByte(from, to, 0), from);
      t.is(blendByte(from, to, 1), to);
      const value = blendByte(from, to, Math.fround(hundredths / 100));
      t.true(Number.isInteger(value) && value >= 0 && value <= 255);
    }),
  );
});
