import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import type { Sample } from '../../../engine/sample.js';
import { fitTokens } from '../../../operators/text/fitTokens.js';
import { samplesOf } from '../memorySource.js';
import { elementsOf } from './textStages.js';

test('every row gets the length', async (t) => {
  const rows = [{ ids: [1, 2, 9] }, { ids: Int32Array.of(4) }];
  const out = samplesOf<Sample & { ids: Int32Array }>(await elementsOf(rows, fitTokens({ length: 2, pad: 7, stickyEnd: true, field: 'ids' })));
  t.deepEqual(out.map(({ ids }) => [...ids]), [[1, 9], [4, 7]]);
});

test('options out of range', (t) => {
  t.throws(() => fitTokens({ length: 0 }), { instanceOf: UsageError, message: /fitTokens: `length`/ });
  t.throws(() => fitTokens({ length: 1, pad: 0.5 }), { instanceOf: UsageError, message: /fitTokens: `pad`/ });
});
