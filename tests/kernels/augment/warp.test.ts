import test from 'ava';
import { rotationFromCorners, rotationFromMiddles, warpBilinear, warpNearest } from '../../../kernels/augment/warp.js';
import { patterned } from '../../operators/pixelsThrough.js';

const row = (...values: readonly number[]): { width: number; height: number; data: Uint8Array } => ({ width: values.length, height: 1, data: Uint8Array.from(values.flatMap((value) => [value, value, value])) });
const reds = ({ data }: { data: Uint8Array }): number[] => [...data].filter((_, i) => i % 3 === 0);

test('nearest: moved by whole and half pixels, filled outside', (t) => {
  t.deepEqual(reds(warpNearest(row(10, 20, 30, 40), [1, 0, 1, 0, 1, 0], 128)), [20, 30, 40, 128]);
  t.deepEqual(reds(warpNearest(row(10, 20, 30, 40), [1, 0, 0.5, 0, 1, 0], 128)), [20, 30, 40, 128], 'halves go up');
  t.deepEqual(reds(warpNearest(row(10, 20, 30, 40), [1, 0, -0.5, 0, 1, 0], 128)), [128, 20, 30, 40], 'and below zero down');
});

test('bilinear: moved by a quarter of a pixel; the edge goes on up to its corner', (t) => {
  t.deepEqual(reds(warpBilinear(row(10, 20, 30, 40), [1, 0, 0.25, 0, 1, 0], 0)), [12, 22, 32, 40]);
  t.deepEqual(reds(warpBilinear(row(10, 20, 30, 40), [1, 0, -0.25, 0, 1, 0], 0)), [10, 17, 27, 37]);
  t.deepEqual(reds(warpBilinear(row(10, 20, 30, 40), [1, 0, 2, 0, 1, 0], 0)), [30, 40, 0, 0]);
});

test('nothing moved is nothing changed; a quarter turn of a square is exact and counter-clockwise', (t) => {
  const picture = patterned(9, 9);
  const turned = Uint8Array.from({ length: picture.data.length }, (_, i) => {
    const [x, y, channel] = [Math.floor(i / 3) % 9, Math.floor(i / 27), i % 3];
    return picture.data[3 * (x * 9 + (8 - y)) + channel]!;
  });
  t.deepEqual(warpNearest(picture, [1, 0, 0, 0, 1, 0], 128), picture);
  t.deepEqual(warpBilinear(picture, [1, 0, 0, 0, 1, 0], 0), picture);
  t.deepEqual(warpNearest(picture, rotationFromMiddles(picture, 90), 128).data, turned);
  const smooth = warpBilinear(picture, rotationFromCorners(picture, 90), 0).data;
  t.true(smooth.every((value, i) => Math.abs(value - turned[i]!) <= 1), 'but for the cutting off');
});
