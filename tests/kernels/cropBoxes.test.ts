import test from 'ava';
import golden from '../golden/owl/crop_boxes.json' with { type: 'json' };
import { fromXyxy, toXyxy } from '../../kernels/boxFormats.js';
import { cropBoxes } from '../../kernels/cropBoxes.js';

for (const { crop, image, ...expected } of golden.cases) {
  test(`as scenic crops ${JSON.stringify(crop)}: boxes and the area left within 1e-6`, (t) => {
    const { boxes, areaLeft } = cropBoxes(toXyxy(expected.in.flat(), 'yxyx'), { height: image.h, width: image.w }, { x: crop.left, y: crop.top, width: crop.w, height: crop.h });
    const found = fromXyxy(boxes, 'yxyx');
    expected.out.forEach((box, i) => {
      // A row of -1 is padding there, which passes; here there is none.
      if (expected.in[i]![0] !== -1) box.forEach((value, j) => t.true(Math.abs(found[4 * i + j]! - value) < 1e-6, `box ${i}`));
      t.true(Math.abs(areaLeft[i]! - expected.area_left[i]!) < 1e-6, `area ${i}`);
      t.is(areaLeft[i]! > 0 && areaLeft[i]! >= 0.6, expected['keep_min_area_fraction_0.6'][i]);
    });
  });
}
