import test from 'ava';
import { drawSegments } from '../../../cli/inspect/drawSegments.js';

const colorAt = (ids: Int32Array, token: number): string => {
  const { width, data } = drawSegments(ids);
  const at = (Math.floor(token / 32) * 6 * width + (token % 32) * 6) * 3;
  return [...data.subarray(at, at + 3)].join();
};

test('a square a token, one colour an example, padding grey', (t) => {
  const ids = Int32Array.from({ length: 70 }, (_, token) => (token < 30 ? 1 : token < 60 ? 2 : 0));
  const { width, height } = drawSegments(ids);
  t.deepEqual([width, height], [32 * 6, 3 * 6]);
  t.is(colorAt(ids, 0), colorAt(ids, 29));
  t.is(colorAt(ids, 30), colorAt(ids, 59));
  t.not(colorAt(ids, 0), colorAt(ids, 30));
  t.is(colorAt(ids, 60), '128,128,128');
  t.is(new Set([0, 30, 60].map((token) => colorAt(ids, token))).size, 3);
});

test('many examples, and none', (t) => {
  const ids = Int32Array.from({ length: 64 }, (_, token) => token);
  t.is(new Set(Array.from(ids, (token) => colorAt(ids, token))).size, 64);
  t.deepEqual(drawSegments(new Int32Array()).data.length, 6 * 6 * 3);
});
