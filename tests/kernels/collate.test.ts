import test from 'ava';
import * as fc from 'fast-check';
import { BufferPool } from '../../kernels/bufferPool.js';
import { collate } from '../../kernels/collate.js';

const pool = new BufferPool();

test('pictures, arrays and numbers on a new first axis; padding is 0', (t) => {
  const picture = (value: number) => ({ width: 2, height: 1, data: Float32Array.of(value, 1, 2, 3, 4, 5) });
  t.deepEqual(collate([picture(7), undefined, picture(8)], pool), { shape: [3, 1, 2, 3], data: Float32Array.of(7, 1, 2, 3, 4, 5, 0, 0, 0, 0, 0, 0, 8, 1, 2, 3, 4, 5) });
  t.deepEqual(collate([undefined, Int32Array.of(1, 2)], pool), { shape: [2, 2], data: Int32Array.of(0, 0, 1, 2) });
  t.deepEqual(collate([3, 4.5], pool), { shape: [2], data: Float32Array.of(3, 4.5) });
  t.deepEqual(collate([Uint8Array.of(9)], pool), { shape: [1, 1], data: Uint8Array.of(9) });
});

test('what does not fit is refused with both shapes', (t) => {
  t.throws(() => collate([Float32Array.of(1, 2), Float32Array.of(1)], pool), { instanceOf: RangeError, message: 'value 1 is float32 [1], the first one float32 [2]' });
  t.throws(() => collate([Float32Array.of(1), Int32Array.of(1)], pool), { instanceOf: RangeError, message: /value 1 is int32/ });
  t.throws(() => collate([1, Float32Array.of(1)], pool), { instanceOf: RangeError });
  t.throws(() => collate([undefined, undefined], pool), { instanceOf: RangeError, message: /2 of padding/ });
  const twoByOne = { width: 2, height: 1, data: Uint8Array.of(1, 2) };
  t.throws(() => collate([twoByOne, { width: 1, height: 2, data: Uint8Array.of(1, 2) }], pool), { instanceOf: RangeError, message: /\[2, 1, 1\].*\[1, 2, 1\]/ });
});

test('a row of the batch is the sample, whatever stood in the buffer before', (t) => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 3, maxLength: 3 }), { nil: undefined }), { minLength: 1 }), (rows) => {
      fc.pre(rows.some((row) => row !== undefined));
      const { data } = collate(rows.map((row) => (row === undefined ? undefined : Int32Array.from(row))), pool);
      t.deepEqual([...data], rows.flatMap((row) => row ?? [0, 0, 0]));
      data.fill(77);
      pool.release(data);
    }),
  );
});
