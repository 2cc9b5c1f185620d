import test from 'ava';
import golden from '../../golden/owl/query_set.json' with { type: 'json' };
import { UsageError } from '../../../engine/errors.js';
import { detectionTargets } from '../../../operators/label/detectionTargets.js';
import { boxed, through } from './boxed.js';

test("scenic's queries, and the rows of boxes that answer one; then padding", async (t) => {
  for (const { instance_text_multi_labels: labels, negative_text_labels: negatives, max_queries: maxQueries, queries, multi_hot: rows } of golden.cases) {
    const [sample] = await through([boxed(labels.map(() => [0.25, 0.25, 0.75, 0.5]), labels, negatives)], detectionTargets({ maxBoxes: 5, maxQueries }));
    t.deepEqual(sample!.queries, queries);
    const answered = rows.filter(([padding]) => padding === 0);
    const padding = Array.from({ length: 5 - answered.length }, () => rows[0]!.map((_, query) => Number(query === 0)));
    t.deepEqual([...sample!.boxQueries], [...answered, ...padding].flat());
    t.deepEqual([...sample!.boxesCxcywh], [...answered.flatMap(() => [0.5, 0.375, 0.5, 0.25]), ...padding.flatMap(() => [0, 0, 0, 0])]);
  }
});

test('without boxes all rows are padding; options are checked', async (t) => {
  const [sample] = await through([boxed([], [], ['cow'])], detectionTargets({ maxBoxes: 2, maxQueries: 3 }));
  t.deepEqual(sample!.queries, ['', 'cow', '']);
  t.deepEqual([...sample!.boxQueries], [1, 0, 0, 1, 0, 0]);
  t.throws(() => detectionTargets({ maxQueries: 1 }), { instanceOf: UsageError });
});
