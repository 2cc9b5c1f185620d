import test from 'ava';
import { centralCropBox } from '../../kernels/centralCropBox.js';

test('the middle, what is odd over at the right and the bottom; the largest square without a size; none of a smaller picture', (t) => {
  t.deepEqual(centralCropBox({ width: 341, height: 256 }, { width: 224, height: 224 }), { x: 58, y: 16, width: 224, height: 224 });
  t.deepEqual(centralCropBox({ width: 500, height: 375 }), { x: 62, y: 0, width: 375, height: 375 });
  t.deepEqual(centralCropBox({ width: 5, height: 5 }, { width: 2, height: 5 }), { x: 1, y: 0, width: 2, height: 5 });
  t.is(centralCropBox({ width: 223, height: 500 }, { width: 224, height: 224 }), undefined);
});
