import test from 'ava';
import { isTombstone, type Sample } from '../../../engine/sample.js';
import { mostCommon } from '../../../operators/text/mostCommon.js';
import { samplesOf } from '../memorySource.js';
import { elementsOf } from './textStages.js';

test('the text that is there most often, of several the first; an empty list goes to quarantine', async (t) => {
  const lists = [{ answers: ['no', 'yes', 'yes'] }, { answers: ['b', 'a', 'a', 'b', 'c'] }, { answers: ['x'] }, { answers: [] as string[] }];
  const out = await elementsOf(lists, mostCommon({ field: 'answers', outField: 'suffix' }));
  t.deepEqual(samplesOf<Sample & { suffix: string }>(out).map(({ suffix }) => suffix), ['yes', 'b', 'x']);
  const [last] = out.slice(-1);
  t.true(isTombstone(last!) && last.dropped[0]!.reason === 'list-too-short');
});
