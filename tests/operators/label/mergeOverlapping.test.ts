import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { mergeOverlapping } from '../../../operators/label/mergeOverlapping.js';
import { boxed, through } from './boxed.js';

const sample = boxed([[0, 0, 1, 1], [0, 0, 0.5, 0.5], [0, 0, 1, 0.95]], [['dog'], ['cat'], ['animal']]);

test('two boxes of one object become one with both labels, that of either half of the time', async (t) => {
  const out = await through(Array.from({ length: 400 }, () => sample), mergeOverlapping());
  for (const { boxLabels } of out) t.deepEqual(boxLabels, [['dog', 'animal'], ['cat']]);
  const first = out.filter(({ boxesXyxy }) => boxesXyxy[3] === 1).length;
  t.true(Math.abs(first - 200) < 50, `${first} of 400`);
});

test('below the threshold nothing is merged; options are checked', async (t) => {
  t.is((await through([sample], mergeOverlapping({ minIou: 0.96 })))[0]!.boxLabels.length, 3);
  t.throws(() => mergeOverlapping({ minIou: 0 }), { instanceOf: UsageError });
});
