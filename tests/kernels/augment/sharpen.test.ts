import test from 'ava';
import { sharpen } from '../../../kernels/augment/sharpen.js';
import { patterned } from '../../operators/pixelsThrough.js';

test('the middle against its neighbours, the outermost pixels as they are', (t) => {
  const data = new Uint8Array(27).fill(13);
  data.set([65, 65, 65], 12);
  // Smooth is (8 x 13 + 5 x 65) / 13 = 33.
  t.deepEqual([...sharpen({ width: 3, height: 3, data }, 0).data.subarray(9, 18)], [13, 13, 13, 33, 33, 33, 13, 13, 13]);
  t.deepEqual([...sharpen({ width: 3, height: 3, data }, 1.5).data.subarray(9, 18)], [13, 13, 13, 81, 81, 81, 13, 13, 13]);
  t.deepEqual(sharpen(patterned(9, 7), 1), patterned(9, 7));
  for (const [width, height] of [[1, 5], [2, 2], [5, 1]] as const) t.deepEqual(sharpen(patterned(width, height), 0), patterned(width, height), 'no inside');
});
