import test from 'ava';
import * as fc from 'fast-check';
import { patchify } from '../../kernels/patchify.js';

const ramp = (height: number, width: number): Uint8Array => Uint8Array.from({ length: height * width * 3 }, (_, at) => at % 251);

test('patches row by row, each of its own rows of pixels; what is left over is dropped', (t) => {
  const picture = { width: 5, height: 7, data: ramp(7, 5) };
  const { count, width, data, rows, columns, grid } = patchify(picture, 2);
  t.deepEqual([count, width, grid], [6, 12, [3, 2]]);
  t.deepEqual([...rows], [0, 0, 1, 1, 2, 2]);
  t.deepEqual([...columns], [0, 1, 0, 1, 0, 1]);
  t.deepEqual([...data.subarray(3 * 12, 4 * 12)], [...picture.data.subarray((2 * 5 + 2) * 3, (2 * 5 + 4) * 3), ...picture.data.subarray((3 * 5 + 2) * 3, (3 * 5 + 4) * 3)]);
});

test('every pixel of the grid is in the patch of its place, bytes as bytes, floats as floats', (t) => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 5, max: 17 }), fc.integer({ min: 5, max: 17 }), fc.boolean(), (side, height, width, floats) => {
    const data = floats ? Float32Array.from(ramp(height, width)) : ramp(height, width);
    const patches = patchify({ width, height, data }, side);
    if (patches.data instanceof Float32Array !== floats) return false;
    for (let y = 0; y < patches.grid[0] * side; y += 1) {
      for (let x = 0; x < patches.grid[1] * side; x += 1) {
        const patch = Math.floor(y / side) * patches.grid[1] + Math.floor(x / side);
        for (let c = 0; c < 3; c += 1) if (patches.data[patch * patches.width + ((y % side) * side + (x % side)) * 3 + c] !== data[(y * width + x) * 3 + c]) return false;
      }
    }
    return patches.count === Math.floor(height / side) * Math.floor(width / side);
  }));
  t.pass();
});

test('a picture smaller than a patch is a fault', (t) => {
  t.throws(() => patchify({ width: 9, height: 3, data: ramp(3, 9) }, 4), { name: 'SampleFault', code: 'image-smaller-than-patch', message: 'a picture of 9 x 3 pixels has no patch of 4 x 4' });
});
