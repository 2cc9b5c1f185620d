import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { isTombstone, type Sample } from '../../../engine/sample.js';
import { corruptSpans, type CorruptedSpans } from '../../../operators/text/corruptSpans.js';
import { elementTexts } from '../../helpers/lanes.js';
import { samplesOf } from '../memorySource.js';
import { elementsOf } from './textStages.js';

const rows = Array.from({ length: 6 }, (_, row) => ({ tokens: Int32Array.from({ length: 60 + row }, (__, at) => 100 + at) }));

test('tokens of inputs and targets together are those of the text; sentinels count down in both, and both end', async (t) => {
  const out = samplesOf<Sample & CorruptedSpans>(await elementsOf(rows, corruptSpans({ firstSentinel: 99 })));
  t.is(out.length, rows.length);
  out.forEach(({ inputTokens, targetTokens }, row) => {
    t.deepEqual([inputTokens.at(-1), targetTokens.at(-1), targetTokens[0]], [1, 1, 99]);
    const sentinels = inputTokens.filter((id) => id < 100 && id !== 1);
    t.deepEqual(sentinels, Int32Array.from(sentinels, (_, nth) => 99 - nth));
    t.deepEqual(targetTokens.filter((id) => id < 100 && id !== 1), sentinels);
    t.deepEqual([...inputTokens, ...targetTokens].filter((id) => id >= 100).toSorted((a, b) => a - b), [...rows[row]!.tokens]);
  });
});

test('the draw is of (seed, stage, origin)', async (t) => {
  const run = async (seed: number, name?: string): Promise<string> => {
    const out = samplesOf<Sample & CorruptedSpans>(await elementsOf(rows, corruptSpans({ firstSentinel: 99, ...(name === undefined ? {} : { name }) }), { seed }));
    return JSON.stringify(out.map(({ inputTokens }) => [...inputTokens]));
  };
  t.is(await run(3), await run(3));
  t.not(await run(3), await run(4));
  t.not(await run(3), await run(3, 'other'));
});

test('texts that cannot be corrupted go to quarantine at their place', async (t) => {
  const out = await elementsOf([{ tokens: [5] }, { tokens: [] }, { tokens: [5, 6] }, { tokens: Array.from({ length: 90 }, () => 7) }], corruptSpans({ firstSentinel: 2 }));
  t.deepEqual(out.map((element) => isTombstone(element)), [true, true, false, true]);
  t.regex(elementTexts(out)[0]!, /corruptSpans text-too-short/);
  t.regex(elementTexts(out)[3]!, /corruptSpans text-too-long/);
});

test('options out of range', (t) => {
  t.throws(() => corruptSpans({ firstSentinel: -1 }), { instanceOf: UsageError, message: /corruptSpans: `firstSentinel`/ });
  t.throws(() => corruptSpans({ firstSentinel: 9, noiseDensity: 1.5 }), { instanceOf: UsageError, message: /`noiseDensity`/ });
  t.throws(() => corruptSpans({ firstSentinel: 9, meanSpanLength: 0.5 }), { instanceOf: UsageError, message: /`meanSpanLength`/ });
});
