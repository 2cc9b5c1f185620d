import test from 'ava';
import { pipeline } from '../../../engine/pipeline.js';
import type { Sample } from '../../../engine/sample.js';
import { dropFields } from '../../../operators/flow/dropFields.js';
import { assertResumes } from '../../helpers/assertResumes.js';
import { laneElements } from '../../helpers/lanes.js';
import { memorySource, samplesOf, wholeMemory } from '../memorySource.js';

test('named fields go, the others stay, and the sample before is as it was', async (t) => {
  const fields = [{ a: 1, b: 'two', c: 3 }, { a: 4, b: 'five', c: 6 }];
  const out = samplesOf<Sample & { readonly b: string }>(await laneElements(pipeline(memorySource(fields), dropFields(['a', 'c'])), { itinerary: wholeMemory(2) }));
  t.deepEqual(out.map((sample) => [Object.keys(sample).toSorted(), sample.b, sample.key]), [[['b', 'cursor', 'key', 'origin'], 'two', '0'], [['b', 'cursor', 'key', 'origin'], 'five', '1']]);
  t.deepEqual(fields[0], { a: 1, b: 'two', c: 3 });
});

test('resumes anywhere', async (t) => {
  t.true((await assertResumes(t, () => [dropFields(['payload'])])) > 15);
});

test('what every sample needs cannot go, nor nothing', (t) => {
  t.throws(() => dropFields([]), { name: 'UsageError', message: 'dropFields: name one field at least' });
  for (const field of ['key', 'origin', 'cursor', 'members']) t.throws(() => dropFields([field]), { name: 'UsageError', message: `dropFields: every sample needs its \`${field}\`` });
});
