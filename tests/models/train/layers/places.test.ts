import test from 'ava';
import { hats } from '../../../../models/train/layers/hats.js';
import { patchesOf } from '../../../../models/train/layers/patchesOf.js';
import { sincos2d } from '../../../../models/train/layers/sincos2d.js';
import { apart, numbers, onEach } from '../../../helpers/backends.js';

test.serial('hats: one-hot at whole numbers, shared between neighbours, nothing outside', async (t) => {
  await onEach(['wasm'], async ({ tf }) => {
    t.true(apart(await numbers(hats(tf, tf.tensor1d([0, 2, 0.25, 1.5, 3]), 3)), [1, 0, 0, 0, 0, 1, 0.75, 0.25, 0, 0, 0.5, 0.5, 0, 0, 0]) < 1e-6);
  });
});

test.serial('sincos2d: columns first, then rows; frequencies from 1 down to 1/10000', async (t) => {
  await onEach(['wasm'], async ({ tf }) => {
    const [x, y] = [3, 2];
    const expected = [Math.sin(x), Math.sin(x / 10_000), Math.cos(x), Math.cos(x / 10_000), Math.sin(y), Math.sin(y / 10_000), Math.cos(y), Math.cos(y / 10_000)];
    t.true(apart(await numbers(sincos2d(tf, tf.tensor1d([y]), tf.tensor1d([x]), 8)), expected) < 1e-6);
    t.throws(() => sincos2d(tf, tf.tensor1d([0]), tf.tensor1d([0]), 6), { message: /multiple of 4, got 6/ });
  });
});

test.serial('patchesOf: patches row by row, channels interleaved', async (t) => {
  await onEach(['cpu', 'wasm'], async ({ tf, name }) => {
    const picture = tf.tensor4d(Float32Array.from({ length: 4 * 6 * 3 }, (_, index) => index), [1, 4, 6, 3]);
    const patches = patchesOf(tf, picture, 2);
    t.deepEqual(patches.shape, [1, 6, 12]);
    const of = (row: number, column: number): number[] => [0, 1, 2].map((channel) => (row * 6 + column) * 3 + channel);
    t.deepEqual((await numbers(patches)).slice(12, 24), [...of(0, 2), ...of(0, 3), ...of(1, 2), ...of(1, 3)], name);
    t.throws(() => patchesOf(tf, picture, 4), { instanceOf: RangeError });
  });
});
