import test from 'ava';
import * as fc from 'fast-check';
import golden from '../../golden/big_vision/span_corruption.json' with { type: 'json' };
import { counterRandom } from '../../../kernels/random.js';
import { noiseMask, replaceSpans, spanCorruptionLengths } from '../../../kernels/text/spanCorruption.js';

const T5 = { noiseDensity: 0.15, meanSpanLength: 3 };

test('golden: lengths', (t) => {
  for (const { inputs_length: inputs, tokens_length: tokens, targets_length: targets } of golden.cases) t.deepEqual(spanCorruptionLengths(inputs, T5), { tokens, targets });
  for (const inputs of [31, 32, 33]) {
    const { tokens, targets } = spanCorruptionLengths(inputs, { noiseDensity: 0.5, meanSpanLength: 1.5 });
    t.true(targets <= inputs && tokens < 2 * inputs);
  }
});

test('as many noisy tokens and spans as the rule says; kept tokens come first; inputs and targets hold each token once', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 300 }), fc.double({ min: 0.05, max: 0.9, noNaN: true }), fc.double({ min: 1, max: 5, noNaN: true }), fc.nat(), (length, noiseDensity, meanSpanLength, seed) => {
      const mask = noiseMask(length, { noiseDensity, meanSpanLength }, counterRandom(seed));
      t.is(mask.length, length);
      const noise = mask.reduce((sum, noisy) => sum + noisy, 0);
      t.true(noise >= 1 && noise < length && Math.abs(noise - length * noiseDensity) <= 1);
      t.is(mask[0], 0);
      const tokens = Array.from(mask, (_, at) => at);
      const inputs = replaceSpans(tokens, mask, 0, -1);
      const targets = replaceSpans(tokens, mask, 1, -1);
      const spans = inputs.filter((id) => id < 0);
      t.deepEqual(spans, Array.from(spans, (_, nth) => -1 - nth));
      t.deepEqual(targets.filter((id) => id < 0), spans);
      t.deepEqual([...inputs, ...targets].filter((id) => id >= 0).toSorted((a, b) => a - b), tokens);
    }),
    { seed: 8 },
  );
});

test('a text of T5 has exactly the inputs and targets that the lengths promise', (t) => {
  const { tokens, targets } = spanCorruptionLengths(512, T5);
  const mask = noiseMask(tokens, T5, counterRandom(1));
  const row = Array.from({ length: tokens }, () => 7);
  t.deepEqual([replaceSpans(row, mask, 0, -1).length + 1, replaceSpans(row, mask, 1, -1).length + 1], [512, targets]);
});

test('in 6,000 draws: the density on average; the last token always, as in T5; in the middle every token as often', (t) => {
  const [length, draws] = [40, 6000];
  const often = new Float64Array(length);
  for (let draw = 0; draw < draws; draw += 1) noiseMask(length, T5, counterRandom('often', draw)).forEach((noisy, at) => (often[at]! += noisy / draws));
  t.true(Math.abs(often.reduce((sum, share) => sum + share, 0) / length - 0.15) < 1e-9);
  t.true(Math.abs(often[length - 1]! - 1) < 1e-9);
  t.true(often.subarray(8, 34).every((share) => Math.abs(share - 0.092) < 0.015), String(often));
});
