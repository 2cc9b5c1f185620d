import test from 'ava';
import * as fc from 'fast-check';
import { mapSample } from '../../../engine/mapSample.js';
import { pipeline, type Pipeline } from '../../../engine/pipeline.js';
import { isTombstone, originText, type Element, type Sample } from '../../../engine/sample.js';
import { dealSequences, type DealSequencesOptions, type InSequence } from '../../../operators/flow/dealSequences.js';
import { packSequences } from '../../../operators/flow/packSequences.js';
import type { Planned } from '../../../operators/image/planTokens.js';
import { assertResumes } from '../../helpers/assertResumes.js';
import { laneElements } from '../../helpers/lanes.js';
import { navitLengths } from '../../helpers/navitLengths.js';
import type { TestSample } from '../../helpers/testSource.js';
import { memorySource, samplesOf, wholeMemory } from '../memorySource.js';

type Lengths = { readonly patches: number; readonly tokens: number };
type Countables = Planned & { readonly tokens: Int32Array };
type Dealt = Sample & Countables & InSequence;
const needs = (kept: number, tokens = 1): Countables => ({ tokenPlan: { patchSize: 16, size: [1, 1], grid: [1, kept], kept }, tokens: new Int32Array(tokens) });
const deal = async (fields: readonly Countables[], options: Omit<DealSequencesOptions<Lengths>, 'lengths'>, lengths: Lengths = { patches: 256, tokens: 192 }): Promise<Element[]> =>
  laneElements(pipeline(memorySource(fields), dealSequences({ lengths, ...options })) as Pipeline, { itinerary: wholeMemory(fields.length) });

/** Neighbours of one sequence. */
function runs(samples: readonly Dealt[]): Dealt[][] {
  const found: Dealt[][] = [];
  for (const sample of samples) {
    const last = found.at(-1);
    if (last !== undefined && originText(last[0]!.sequence) === originText(sample.sequence)) last.push(sample);
    else found.push([sample]);
  }
  return found;
}
const keysOf = (samples: readonly Dealt[]): string[] => runs(samples).map((own) => own.map(({ key }) => key).join('+'));

test('sequences are those of first fit, each named by who stands first in it; they leave in random order, window by window', async (t) => {
  const lengths = [100, 60, 90, 40, 30, 16, 200, 50, 20, 10].map((length) => needs(length));
  const keys = keysOf(samplesOf<Dealt>(await deal(lengths, { openSequences: 2 })));
  t.deepEqual([keys.slice(0, 2).toSorted(), keys.slice(2).toSorted()], [['0+1+2', '3+4+5'], ['6+7', '8+9']]);
  const alone = keysOf(samplesOf<Dealt>(await deal(Array.from({ length: 60 }, () => needs(250)), { openSequences: 20 })));
  for (const [place, key] of alone.entries()) t.is(Math.floor(place / 20), Math.floor(Number(key) / 20));
  t.notDeepEqual(alone, alone.toSorted((a, b) => Number(a) - Number(b)));
});

test('what is dealt always fits, comes once, and shares a sequence with those that packSequences would put it with', async (t) => {
  const sample = fc.record({ kept: fc.integer({ min: 1, max: 20 }), tokens: fc.integer({ min: 0, max: 13 }) });
  await fc.assert(fc.asyncProperty(fc.array(sample, { minLength: 1, maxLength: 50 }), fc.boolean(), fc.integer({ min: 1, max: 4 }), fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }), async (wishes, decreasing, number, maxExamples) => {
    const fields = wishes.map(({ kept, tokens }) => needs(kept, tokens));
    const options = { ...(decreasing ? { laneWindow: 5 * number } : { openSequences: number }), ...(maxExamples === undefined ? {} : { maxExamples }) };
    const lengths = { patches: 17, tokens: 11 };
    const out = await deal(fields, options, lengths);
    const sequences = runs(samplesOf<Dealt>(out));
    for (const own of sequences) {
      t.is(originText(own[0]!.sequence), originText(own[0]!.origin));
      t.true(own.length <= (maxExamples ?? own.length));
      t.true(own.reduce((sum, { tokenPlan }) => sum + tokenPlan.kept, 0) <= 17 && own.reduce((sum, { tokens }) => sum + tokens.length, 0) <= 11);
    }
    t.is(new Set(sequences.map((own) => originText(own[0]!.sequence))).size, sequences.length);
    const undealt = samplesOf(await laneElements(pipeline(memorySource(fields.map(({ tokenPlan: { kept }, tokens }) => ({ patches: new Int32Array(kept), tokens }))), packSequences({ lengths, ...options })), { itinerary: wholeMemory(fields.length) }));
    t.deepEqual(sequences.map((own) => own.map(({ key }) => key).join('+')).toSorted(), undealt.map(({ key }) => key).toSorted());
    const refused = out.flatMap((element) => (isTombstone(element) ? element.dropped.map(({ origin }) => origin.record) : []));
    t.deepEqual(refused.toSorted((a, b) => a - b), wishes.flatMap(({ kept, tokens }, at) => (kept > 17 || tokens > 11 ? [at] : [])));
  }), { numRuns: 80 });
});

test('what can be in no sequence is refused, or dealt as what will be left of it', async (t) => {
  const fields = [needs(257), needs(9, 200), needs(250), needs(6)];
  const out = await deal(fields, { openSequences: 1 });
  t.deepEqual(out.flatMap((element) => (isTombstone(element) ? element.dropped.map(({ reason, message }) => `${reason}: ${message}`) : [element.key])), [
    '2', '3', 'sequence-too-long: 257 tokens of patches, and a sequence has room for 256', 'sequence-too-long: 200 tokens of tokens, and a sequence has room for 192',
  ]);
  t.deepEqual(keysOf(samplesOf<Dealt>(await deal(fields, { openSequences: 1, tooLong: 'truncate' }))), ['0', '1', '2+3']);
});

test('resumes anywhere', async (t) => {
  const stages = (options: object) => () => [
    mapSample<TestSample, Countables>('counted', ({ value }, { random }) => needs(1 + random().integer(0, 12), value % 5)),
    dealSequences({ lengths: { patches: 11, tokens: 9 }, ...options }),
  ];
  t.true((await assertResumes(t, stages({ openSequences: 2 }), { records: 12 })) > 40);
  t.true((await assertResumes(t, stages({ laneWindow: 6, maxExamples: 2 }), { records: 9 })) > 30);
  t.true((await assertResumes(t, stages({ openSequences: 3, maxBytes: 2000 }), { records: 9 })) > 30);
});

test('what it expects of plans like these', (t) => {
  const { predict } = (dealSequences({ lengths: { patches: 256 }, openSequences: 64 }) as { stage: { predict?: (samples: readonly Sample[]) => readonly string[] } }).stage;
  const [first, second] = predict!(navitLengths(500).concat([300]).map((kept) => needs(kept) as unknown as Sample));
  t.regex(first as string, /^about 4\.\d+ samples a sequence, from the lengths of 501 samples, 1 of them refused$/);
  t.regex(second as string, /^patches: \d+\.\d tokens a sample, 98\.\d % full, 1\.\d % padding$/);
});

test('options are checked when the stage is made', (t) => {
  for (const [options, message] of [
    [{ lengths: {}, openSequences: 1 }, /^dealSequences: `lengths` must name one field at least/],
    [{ lengths: { tokens: 9 } }, /^dealSequences: give either `openSequences` \(first fit\) or `laneWindow`/],
    [{ lengths: { tokens: 9 }, openSequences: 0 }, /`openSequences` must be an integer from 1 up, got 0/],
    [{ lengths: { tokens: 9 }, laneWindow: 1, maxExamples: 0 }, /`maxExamples` must be an integer from 1 up, got 0/],
  ] as const) t.throws(() => dealSequences(options as never), { name: 'UsageError', message });
});
