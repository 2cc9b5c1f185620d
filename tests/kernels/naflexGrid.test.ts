import test from 'ava';
import * as fc from 'fast-check';
import { naflexGrid } from '../../kernels/naflexGrid.js';

// What the reference's own tests of resize_to_sequence expect, in pixels.
for (const [height, width, patchSize, maxTokens, expected] of [
  [48, 48, 3, 121, [33, 33]], [112, 109, 7, 225, [105, 105]], [176, 176, 11, 64, [88, 88]], [256, 64, 16, 12, [96, 32]], [256, 64, 8, 15, [56, 16]], [63, 241, 16, 16, [32, 128]], [16, 512, 16, 16, [16, 256]],
] as const) {
  test(`${height} x ${width} in at most ${maxTokens} patches of ${patchSize}`, (t) => {
    t.deepEqual(naflexGrid(height, width, { patchSize, maxTokens }).map((side) => side * patchSize), [...expected]);
  });
}

test('never more than fit, and never so few that a scale a thousandth larger would fit too', (t) => {
  fc.assert(fc.property(fc.integer({ min: 8, max: 3000 }), fc.integer({ min: 8, max: 3000 }), fc.integer({ min: 4, max: 1024 }), (height, width, maxTokens) => {
    if (Math.max(height, width) / Math.min(height, width) > maxTokens / 2) return true;
    const [rows, columns] = naflexGrid(height, width, { patchSize: 16, maxTokens });
    const scale = Math.min((rows * 16) / height, (columns * 16) / width) * 1.001;
    return rows * columns <= maxTokens && Math.ceil((height * scale) / 16) * Math.ceil((width * scale) / 16) > maxTokens;
  }));
  t.pass();
});

test('a picture that no scale fits is a fault', (t) => {
  t.throws(() => naflexGrid(5_000_000, 5_000_000, { patchSize: 16, maxTokens: 1 }), { name: 'SampleFault', code: 'image-unfit-for-tokens' });
});
