import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import type { Sample } from '../../../engine/sample.js';
import { concatTokens } from '../../../operators/text/concatTokens.js';
import { samplesOf } from '../memorySource.js';
import { elementsOf } from './textStages.js';

test('rows and masks of the fields', async (t) => {
  const rows = [{ a: [1, 2], b: [3] }, { a: [], b: [4] }];
  const out = samplesOf<Sample & { tokens: Int32Array; ar: Uint8Array }>(await elementsOf(rows, concatTokens(['a', 'b'], { masks: { ar: [0, 1] } })));
  t.deepEqual(out.map(({ tokens, ar }) => [[...tokens], [...ar]]), [[[1, 2, 3], [0, 0, 1]], [[4], [1]]]);
});

test('a mask needs a value a field', (t) => {
  t.throws(() => concatTokens(['a', 'b'], { masks: { ar: [0] } }), { instanceOf: UsageError, message: /concatTokens: `masks\.ar` must hold 2 values, 0 or 1, .* got \[0\]/ });
  t.throws(() => concatTokens(['a'], { masks: { ar: [2] } }), { instanceOf: UsageError, message: /got \[2\]/ });
  t.throws(() => concatTokens([]), { instanceOf: UsageError, message: /at least one field/ });
});
