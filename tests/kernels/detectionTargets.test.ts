import test from 'ava';
import golden from '../golden/owl/convert_boxes.json' with { type: 'json' };
import { toXyxy } from '../../kernels/boxFormats.js';
import { detectionTargets } from '../../kernels/detectionTargets.js';

test("as scenic's ConvertToScenic: boxes within 1e-6, rows of queries, padding", (t) => {
  const { in_yxyx: boxes, out_cxcywh: out, labels } = golden.cases[0]!;
  const found = detectionTargets(toXyxy(boxes.slice(0, 1).flat(), 'yxyx'), [[1]], { maxBoxes: 2, maxQueries: 3 });
  found.boxesCxcywh.forEach((value, i) => t.true(Math.abs(value - out.flat()[i]!) < 1e-6));
  t.deepEqual([...found.boxQueries], labels.flat());
});

test('boxes that answer no query are left out, those beyond maxBoxes too', (t) => {
  const boxes = Float32Array.of(0, 0, 1, 1, 0, 0, 0.5, 0.5, 0.5, 0.5, 1, 1);
  const found = detectionTargets(boxes, [[], [2], [1]], { maxBoxes: 1, maxQueries: 3 });
  t.deepEqual([...found.boxesCxcywh], [0.25, 0.25, 0.5, 0.5]);
  t.deepEqual([...found.boxQueries], [0, 0, 1]);
});
