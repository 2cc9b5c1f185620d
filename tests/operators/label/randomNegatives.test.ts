import test from 'ava';
import { deal } from '../../../engine/deal.js';
import { UsageError } from '../../../engine/errors.js';
import { pipeline } from '../../../engine/pipeline.js';
import { randomNegatives } from '../../../operators/label/randomNegatives.js';
import { assertResumes } from '../../helpers/assertResumes.js';
import { laneElements, noStores } from '../../helpers/lanes.js';
import { testSource } from '../../helpers/testSource.js';
import { asBoxed, boxed, through } from './boxed.js';

const box = [0, 0, 1, 1];

test('its own first, then labels of others that are none of its own, each once, up to the total', async (t) => {
  const samples = [
    boxed([box, box], [['cat'], ['dog']], ['zebra', '']),
    boxed([box], [['fox', 'cat']]),
    boxed([box, box], [['bee'], ['fox']], ['dog', 'elk']),
  ];
  const [first, second, third] = await through(samples, randomNegatives({ total: 3, window: 3 }));
  t.is(first!.negativeLabels[0], 'zebra');
  t.is(first!.negativeLabels.length, 3);
  for (const label of first!.negativeLabels.slice(1)) t.true(['fox', 'bee', 'elk'].includes(label));
  for (const label of second!.negativeLabels) t.true(['dog', 'zebra', 'bee', 'elk'].includes(label));
  t.deepEqual(third!.negativeLabels.slice(0, 2), ['dog', 'elk']);
  for (const { negativeLabels } of [first!, second!, third!]) t.is(new Set(negativeLabels).size, negativeLabels.length);
});

test('frequent labels are drawn oftener', async (t) => {
  const samples = Array.from({ length: 2000 }, (_, n) => boxed([box], [[n % 10 === 0 ? 'asked' : n % 10 < 8 ? 'often' : 'seldom']]));
  const out = await through(samples, randomNegatives({ total: 1, window: 10 }));
  const drawn = out.filter((_, n) => n % 10 === 0).map(({ negativeLabels }) => negativeLabels[0]);
  // 7 of 9 others have it: of 200 draws 155.6, deviation 5.9.
  const often = drawn.filter((label) => label === 'often').length;
  t.true(Math.abs(often - 155.6) < 5 * 5.9, `${often} of 200`);
});

test('a sample alone in its window keeps what it has', async (t) => {
  const out = await through([boxed([box], [['a']]), boxed([box], [['b']]), boxed([box], [['c']], ['d'])], randomNegatives({ window: 2 }));
  t.deepEqual(out.map(({ negativeLabels }) => negativeLabels), [['b'], ['a'], ['d']]);
});

test('resumes anywhere', async (t) => {
  t.true((await assertResumes(t, () => [asBoxed(), randomNegatives({ total: 3, window: 8 })])) > 15);
});

test('options are checked: at once, and a window without others when the run opens', async (t) => {
  t.throws(() => randomNegatives({ window: 1 }), { instanceOf: UsageError, message: 'randomNegatives: `window` must be an integer from 2 up, got 1' });
  t.throws(() => randomNegatives({ window: 4, total: 0 }), { instanceOf: UsageError });
  const source = testSource({ extents: 4, records: 3 });
  const itinerary = deal(await source.plan({ stores: noStores, signal: new AbortController().signal }), { lanes: 4, seed: 1, epochs: 1 })(0);
  await t.throwsAsync(async () => await laneElements(pipeline(source, asBoxed(), randomNegatives({ window: 7 })), { itinerary, lanes: 4 }), { instanceOf: UsageError, message: /a lane of 4 has no other sample to draw from; make it 8 at least/ });
});
