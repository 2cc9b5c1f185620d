import test from 'ava';
import { assert, float, integer, property, array } from 'fast-check';
import { float32Rows } from '../../../kernels/wasm/float32Rows.js';
import { rowRoom } from '../../../kernels/wasm/rowRoom.js';

const f = Math.fround;
const value = float({ min: -1000, max: 1000, noNaN: true });
const rows = array(value, { minLength: 1, maxLength: 40 });

test('bytes to float32 and back: clipped and cut off', (t) => {
  assert(
    property(array(integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 40 }), rows, (bytes, floats) => {
      const room = rowRoom();
      const [from, to] = [room.row(bytes.length), room.row(bytes.length)];
      room.bytes().set(bytes, from);
      float32Rows.fromBytes(to, from, bytes.length);
      t.deepEqual([...room.floats().subarray(to / 4, to / 4 + bytes.length)], bytes);
      const [wide, cut] = [room.row(floats.length), room.row(floats.length)];
      room.floats().set(floats, wide / 4);
      float32Rows.toBytes(cut, wide, floats.length);
      t.deepEqual([...room.bytes().subarray(cut, cut + floats.length)], floats.map((x) => Math.max(0, Math.min(255, Math.trunc(x))) + 0));
    }),
  );
});

test('sums and interpolations are those of Math.fround after every step', (t) => {
  assert(
    property(rows, value, value, value, (values, weight, weight2, share) => {
      const room = rowRoom();
      const length = values.length;
      const other = values.map((x) => f(x * 0.7 - 3));
      const [a, b, out] = [room.table(Float32Array.from(values)), room.table(Float32Array.from(other)), room.row(length)];
      const [places, weights] = [room.table(Int32Array.of(a, b)), room.table(Float32Array.of(weight, weight2))];
      const got = (): number[] => [...room.floats().subarray(out / 4, out / 4 + length)].map((x) => x + 0);
      float32Rows.sumDown(out, places, weights, 8, 4 * length);
      t.deepEqual(got(), values.map((x, i) => f(f(weight * x) + f(weight2 * other[i]!)) + 0));
      float32Rows.scale(out, share, 4 * length);
      t.deepEqual(got(), values.map((x, i) => f(f(f(weight * x) + f(weight2 * other[i]!)) * share) + 0));
      float32Rows.interpolateDown(out, a, b, share, 4 * length);
      t.deepEqual(got(), values.map((x, i) => f(x + f(f(other[i]! - x) * share)) + 0));
    }),
  );
});

test('along a row, pixel by pixel', (t) => {
  const room = rowRoom();
  const line = room.table(Float32Array.of(1, 2, 3, 10, 20, 30, 100, 200, 300));
  const out = room.row(6);
  const got = (): number[] => [...room.floats().subarray(out / 4, out / 4 + 6)];
  const [first, ends, weights] = [room.table(Int32Array.of(0, 12)), room.table(Int32Array.of(4, 8)), room.table(Float32Array.of(2, 0, 1, 0.5))];
  float32Rows.sumAlong(out, line, first, ends, weights, 8, 8, 12);
  t.deepEqual(got(), [2, 4, 6, 60, 120, 180]);
  const [left, right, shares] = [room.table(Int32Array.of(0, 12)), room.table(Int32Array.of(12, 24)), room.table(Float32Array.of(0.5, 1))];
  float32Rows.interpolateAlong(out, line, left, right, shares, 8, 12);
  t.deepEqual(got(), [5.5, 11, 16.5, 100, 200, 300]);
});
