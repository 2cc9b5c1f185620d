import test from 'ava';
import { rowRoom } from '../../../kernels/wasm/rowRoom.js';

test('rows and tables stand apart, at addresses that fit float32, and the memory grows for them', (t) => {
  const room = rowRoom();
  const sizes = [3, 1, 50_000, 7, 200_000];
  const places = sizes.map((size) => room.row(size));
  places.forEach((at, i) => t.true(at % 16 === 0 && (i === 0 || at >= places[i - 1]! + 4 * sizes[i - 1]! + 16)));
  const table = room.table(Float32Array.of(1.5, 2.5));
  t.deepEqual([...room.floats().subarray(table / 4, table / 4 + 2)], [1.5, 2.5]);
  t.true(room.bytes().length >= table + 8 + 16);
  t.is(rowRoom().row(1), 0, 'a new room begins at the beginning');
});
