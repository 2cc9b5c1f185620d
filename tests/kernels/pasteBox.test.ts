import test from 'ava';
import { pasteBox } from '../../kernels/pasteBox.js';

const plain = <D extends Uint8Array | Float32Array>(kind: { from(list: ArrayLike<number>): D }, width: number, height: number, value: number) => ({ width, height, data: kind.from(Array.from({ length: width * height * 2 }, () => value)) });

test('inside the box the other, outside the one; the inputs stay', (t) => {
  const [one, other] = [plain(Uint8Array, 3, 3, 1), plain(Uint8Array, 3, 3, 7)];
  const out = pasteBox(one, other, [1, 0, 3, 2]);
  t.deepEqual([...out.data], [1, 1, 7, 7, 7, 7, 1, 1, 7, 7, 7, 7, 1, 1, 1, 1, 1, 1]);
  t.deepEqual([out.width, out.height], [3, 3]);
  t.true(one.data.every((value) => value === 1) && other.data.every((value) => value === 7));
  t.deepEqual([...pasteBox(one, other, [1, 1, 1, 1]).data], [...one.data]);
  t.deepEqual([...pasteBox(plain(Float32Array, 2, 1, 0.5), plain(Float32Array, 2, 1, 1.5), [0, 0, 1, 1]).data], [1.5, 1.5, 0.5, 0.5]);
});

test('pictures of other sizes are refused', (t) => {
  t.throws(() => pasteBox(plain(Uint8Array, 3, 2, 1), plain(Uint8Array, 2, 3, 1), [0, 0, 1, 1]), { instanceOf: RangeError, message: 'pasteBox: a picture of 3 x 2 x 2 bytes cannot take a box of one of 2 x 3 x 2 bytes' });
});
