import test from 'ava';
import golden from '../../golden/owl/query_set.json' with { type: 'json' };
import { trainingQueries } from '../../../kernels/labels/trainingQueries.js';

test("as scenic's AddQuerySet: queries, and each box's row", (t) => {
  for (const { instance_text_multi_labels: labels, negative_text_labels: negatives, max_queries: maxQueries, queries, multi_hot: rows } of golden.cases) {
    const found = trainingQueries(labels, negatives, { maxQueries });
    t.deepEqual(found.queries, queries);
    // A box none of whose labels was asked is a row of padding there.
    const hot = found.boxQueries.map((places) => Array.from({ length: maxQueries }, (_, place) => (places.length === 0 ? Number(place === 0) : Number(places.includes(place)))));
    t.deepEqual(hot, rows);
  }
});

test('without negatives; one label twice on a box is one', (t) => {
  t.deepEqual(trainingQueries([['a', 'a']], ['b'], { maxQueries: 3, includeNegatives: false }), { queries: ['', 'a', ''], boxQueries: [[1]] });
});
