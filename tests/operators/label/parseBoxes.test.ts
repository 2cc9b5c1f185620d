import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { isTombstone } from '../../../engine/sample.js';
import { parseBoxes } from '../../../operators/label/parseBoxes.js';
import { elements, through } from './boxed.js';

const good = { annotations: { width: 10, height: 20, boxes: [{ box: [0, 5, 5, 10], query: 'cat', score: 0.4 }] } };

test('adds boxes, labels and negatives; what is below minScore is left out', async (t) => {
  const [sample] = await through([good], parseBoxes());
  t.deepEqual([...sample!.boxesXyxy], [0, 0.25, 0.5, 0.5]);
  t.deepEqual([sample!.boxLabels, sample!.negativeLabels], [[['cat']], []]);
  t.is((await through([good], parseBoxes({ minScore: 0.5 })))[0]!.boxLabels.length, 0);
});

test('bad annotations are quarantined with their reason and place', async (t) => {
  const [first, second] = await elements([{ annotations: { ...good.annotations, boxes: [{ box: [1], query: 'x' }] } }, good], parseBoxes());
  t.true(isTombstone(first!) && !isTombstone(second!));
  if (isTombstone(first!)) t.like(first.dropped[0], { kind: 'quarantined', reason: 'boxes-invalid', message: 'boxes[0].box must be four numbers, got [1]' });
});

test('options are checked', (t) => {
  t.throws(() => parseBoxes({ minScore: 2 }), { instanceOf: UsageError, message: 'parseBoxes: `minScore` must be a number from 0 to 1, got 2' });
});
