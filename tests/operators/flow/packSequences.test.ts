import test from 'ava';
import * as fc from 'fast-check';
import { membersOf } from '../../../engine/account.js';
import { openLane } from '../../../engine/lane.js';
import { Gauge } from '../../../engine/gauge.js';
import { keep } from '../../../engine/keep.js';
import { mapSample } from '../../../engine/mapSample.js';
import { Meter } from '../../../engine/meter.js';
import { pipeline, type Pipeline } from '../../../engine/pipeline.js';
import { isTombstone, type Drop, type Element, type Sample, type Tombstone } from '../../../engine/sample.js';
import { lastValueFrom, toArray } from 'rxjs';
import type { PackedPatches } from '../../../kernels/packing/packPatches.js';
import type { PackedTokens } from '../../../kernels/packing/packTokens.js';
import type { Patches } from '../../../kernels/patches.js';
import { patchify } from '../../../kernels/patchify.js';
import { takePatches } from '../../../kernels/takePatches.js';
import { counterRandom } from '../../../kernels/random.js';
import { SampleFault } from '../../../kernels/sampleFault.js';
import { batch } from '../../../operators/flow/batch.js';
import { dealSequences } from '../../../operators/flow/dealSequences.js';
import type { PackedExamples } from '../../../operators/flow/joinSequence.js';
import { packSequences } from '../../../operators/flow/packSequences.js';
import type { Planned } from '../../../operators/image/planTokens.js';
import { repeat } from '../../../sources/repeat.js';
import { assertResumes } from '../../helpers/assertResumes.js';
import { laneElements, noStores } from '../../helpers/lanes.js';
import { navitLengths } from '../../helpers/navitLengths.js';
import { world } from '../../helpers/streams.js';
import { testSource, type TestSample } from '../../helpers/testSource.js';
import { memorySource, samplesOf, wholeMemory } from '../memorySource.js';

type Sequence = Sample & PackedExamples<{ readonly key: string }> & { readonly tokens: PackedTokens };
const ofLength = (length: number) => ({ tokens: Int32Array.from({ length }, (_, at) => at + 1) });
const keysOf = (elements: readonly Element[]): string[] => elements.map((element) => (isTombstone(element) ? element.dropped.map(({ key, reason }) => `${reason} ${key}`).join() : element.key));
const run = (fields: readonly object[], stage: unknown): Promise<Element[]> => laneElements(pipeline(memorySource(fields), stage as never), { itinerary: wholeMemory(fields.length) });
const pack = (lengths: readonly number[], options: object): Promise<Element[]> => run(lengths.map(ofLength), packSequences({ lengths: { tokens: 256 }, ...options }));

test("first fit: NaViT's example; what fits in no open sequence ends the window and begins the next", async (t) => {
  const lengths = [100, 60, 90, 40, 30, 16, 200, 50, 20, 10];
  t.deepEqual(keysOf(await pack(lengths, { openSequences: 2 })), ['0+1+2', '3+4+5', '6+7', '8+9']);
  t.deepEqual(keysOf(await pack(lengths, { openSequences: 2, maxExamples: 2 })), ['0+1', '2+3', '4+5', '6+7', '8+9']);
});

test('best fit decreasing: the sequences of a window in random order', async (t) => {
  const keys = keysOf(await pack([4, 3, 3, 6, 2, 5].map((length) => 32 * length), { laneWindow: 6 }));
  t.deepEqual(keys.toSorted(), ['0+2', '3+4', '5+1']);
  const windows = keysOf(await pack(Array.from({ length: 40 }, () => 250), { laneWindow: 10 }));
  for (const [place, key] of windows.entries()) t.is(Math.floor(place / 10), Math.floor(Number(key) / 10));
  t.notDeepEqual(windows, windows.toSorted((a, b) => Number(a) - Number(b)));
});

test('a sequence with too many tokens or none is quarantined behind the sequences of its window, and takes no room', async (t) => {
  const out = await pack([256, 257, 0, 256, 1], { openSequences: 2 });
  t.deepEqual(keysOf(out), ['0', '3', 'sequence-too-long 1', 'sequence-empty 2', '4']);
  t.is((out[2] as { dropped: readonly Drop[] }).dropped[0]?.message, '257 tokens of tokens, and a sequence has room for 256');
});

test('`truncate` keeps the first tokens', async (t) => {
  const [sequence] = samplesOf<Sequence>(await run([ofLength(9)], packSequences({ lengths: { tokens: 4 }, openSequences: 1, tooLong: 'truncate' })));
  t.deepEqual([...sequence!.tokens.data], [1, 2, 3, 4]);
  const patches = patchify({ width: 4, height: 6, data: Uint8Array.from({ length: 72 }, (_, at) => at) }, 2);
  const [cut] = samplesOf<Sample & { patches: PackedPatches }>(await run([{ patches }], packSequences({ lengths: { patches: 4 }, openSequences: 1, tooLong: 'truncate' })));
  t.deepEqual([...cut!.patches.data], [...takePatches(patches, [0, 1, 2, 3]).data]);
});

test('every token of every field comes out once, under its own example: unpacked sequences are the inputs', async (t) => {
  const sample = fc.record({ height: fc.integer({ min: 2, max: 9 }), width: fc.integer({ min: 2, max: 9 }), share: fc.double({ min: 0.1, max: 1, noNaN: true }), ids: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 6 }) });
  await fc.assert(fc.asyncProperty(fc.array(sample, { minLength: 1, maxLength: 40 }), fc.boolean(), fc.integer({ min: 1, max: 4 }), async (wishes, decreasing, number) => {
    const fields = wishes.map(({ height, width, share, ids }, seed) => {
      const random = counterRandom('unpack', seed);
      const all = patchify({ height, width, data: Uint8Array.from({ length: height * width * 3 }, () => random.integer(0, 255)) }, 2);
      const kept = Array.from({ length: all.count }, (_, place) => place).filter((_, at) => at === 0 || random.bernoulli(share));
      return { patches: takePatches(all, kept), tokens: Int32Array.from(ids), text: `text ${seed}` };
    });
    const policy = decreasing ? { laneWindow: number * 5 } : { openSequences: number };
    const stage = packSequences({ lengths: { patches: 17, tokens: 11 }, maxExamples: 5, carry: ['text'], ...policy });
    type Both = Sample & PackedExamples<{ readonly key: string; readonly text: string }> & { readonly patches: PackedPatches; readonly tokens: PackedTokens };
    const sequences = samplesOf<Both>(await laneElements(pipeline(memorySource(fields), stage), { itinerary: wholeMemory(fields.length) }));
    const seen = new Map<number, { patches: Patches; tokens: Int32Array; text: string }>();
    for (const { patches, tokens, examples, ...whole } of sequences) {
      t.deepEqual(membersOf(whole).map(({ record }) => String(record)), examples.map(({ key }) => key));
      for (const [example, { key, text }] of examples.entries()) {
        const own = (ids: Int32Array): number[] => [...ids.keys()].filter((token) => ids[token] === example + 1);
        const at = own(patches.segmentIds);
        t.deepEqual(at.map((token) => patches.positions[token]), at.map((_, position) => position));
        t.deepEqual([at[0], at.length], [patches.cumulativeLengths[example], patches.cumulativeLengths[example + 1]! - patches.cumulativeLengths[example]!]);
        const { grid } = fields[Number(key)]!.patches;
        for (const token of at) {
          t.is(patches.fractionalRows[token], Math.fround(patches.rows[token]! / grid[0]));
          t.is(patches.fractionalColumns[token], Math.fround(patches.columns[token]! / grid[1]));
        }
        seen.set(Number(key), {
          patches: { count: at.length, width: patches.width, data: Uint8Array.from(at.flatMap((token) => [...patches.data.subarray(token * patches.width, (token + 1) * patches.width)])), rows: Int32Array.from(at, (token) => patches.rows[token]!), columns: Int32Array.from(at, (token) => patches.columns[token]!), grid },
          tokens: Int32Array.from(own(tokens.segmentIds), (token) => tokens.data[token]!),
          text,
        });
      }
    }
    t.deepEqual([...seen].toSorted(([a], [b]) => a - b).map(([, found]) => found), fields);
  }), { numRuns: 60 });
});

const planOf = (kept: number): Planned => ({ tokenPlan: { patchSize: 1, size: [1, kept], grid: [1, kept], kept } });
const picturePatches = (count: number): Patches => patchify({ width: count, height: 1, data: new Uint8Array(3 * count).fill(count) }, 1);
type Dealable = Sample & Planned & { readonly patches: Patches; readonly ids: Int32Array };

test('dealt: the sequences that dealSequences dealt, whole; nobody finds his full', async (t) => {
  const sample = fc.record({ count: fc.integer({ min: 1, max: 19 }), ids: fc.integer({ min: 0, max: 12 }) });
  await fc.assert(fc.asyncProperty(fc.array(sample, { minLength: 1, maxLength: 40 }), fc.boolean(), fc.integer({ min: 1, max: 4 }), fc.constantFrom('refuse', 'truncate'), async (wishes, decreasing, number, tooLong) => {
    const fields = wishes.map(({ count, ids }) => ({ ...planOf(count), patches: picturePatches(count), ids: new Int32Array(ids) }));
    const common = { lengths: { patches: 17, ids: 11 }, maxExamples: 5, tooLong } as const;
    const policy = decreasing ? { laneWindow: 5 * number } : { openSequences: number };
    const through = async (...stages: readonly unknown[]): Promise<Element[]> => laneElements((pipeline as unknown as (...all: readonly unknown[]) => Pipeline)(memorySource(fields), ...stages), { itinerary: wholeMemory(fields.length) });
    const without = (elements: readonly Element[]): object[] => elements.map((element) => ({ ...element, cursor: undefined })).toSorted((a, b) => JSON.stringify(a.origin).localeCompare(JSON.stringify(b.origin)));
    const dealt = await through(dealSequences({ ...common, ...policy }), packSequences({ ...common, dealt: true }));
    const undealt = await through(packSequences({ ...common, ...policy }));
    t.deepEqual(without(dealt.filter((element) => !isTombstone(element))), without(undealt.filter((element) => !isTombstone(element))));
    t.true(dealt.every((element) => !isTombstone(element) || element.dropped.every(({ stage }) => stage === 'dealSequences')));
  }), { numRuns: 60 });
});

test('dealt: who is missing leaves padding, the first one too; who has more tokens than he was dealt with and finds no room is quarantined', async (t) => {
  // 0, 1, 2 share a sequence, 3 and 4 the next, 5 is alone.
  const counts = [100, 60, 96, 200, 56, 256];
  const through = async (real: readonly number[], missing: readonly number[]): Promise<{ readonly keys: string[]; readonly tallies: Readonly<Record<string, number>>; readonly out: Element[] }> => {
    const fields = counts.map((count, n) => ({ n, ...planOf(count), ids: new Int32Array(1) }));
    const meter = new Meter();
    const stages = pipeline(
      memorySource(fields),
      dealSequences({ lengths: { patches: 256 }, openSequences: 1 }),
      keep('wanted', ({ n }) => !missing.includes(n)),
      mapSample('patches', ({ n }) => ({ patches: picturePatches(real[n] as number) })),
      packSequences({ lengths: { patches: 256 }, dealt: true }),
    );
    const out = await lastValueFrom(openLane(stages, {
      seed: 3, info: { index: 0, lanes: 1, extent: undefined }, itinerary: wholeMemory(counts.length), gauge: new Gauge(1e9).lane(0), meter, stores: noStores, signal: new AbortController().signal,
    }).pipe(toArray()));
    return { keys: keysOf(out), tallies: meter.snapshot().tallies.packSequences ?? {}, out };
  };
  const whole = await through(counts, []);
  t.deepEqual([whole.keys, whole.tallies], [['0+1+2', '3+4', '5'], { 'patches tokens': 768, 'patches padding': 0 }]);
  // 4 and 5 are dropped one behind the other and stand in one tombstone.
  const some = await through(counts, [0, 4, 5]);
  t.deepEqual([some.keys, some.tallies], [['wanted 0', '1+2', '3', 'wanted 4'], { 'patches tokens': 356, 'patches padding': 156 }]);
  const larger = await through([100, 61, 96, 200, 56, 257], []);
  t.deepEqual([larger.keys, larger.tallies], [['0+1', 'sequence-full 2', '3+4', 'sequence-too-long 5'], { 'patches tokens': 417, 'patches padding': 95 }]);
  t.is((larger.out[1] as Tombstone).dropped[0]?.message, 'its sequence has no room for its tokens (96 of patches): more than it was dealt with');
});

/** Share of padding over a long stream, as the meter counts it. */
async function paddingOf(options: object): Promise<number> {
  const lengths = navitLengths(20_000);
  const meter = new Meter();
  const stream = openLane(pipeline(memorySource(lengths.map(ofLength)), packSequences({ lengths: { tokens: 256 }, ...options })), {
    seed: 3, info: { index: 0, lanes: 1, extent: undefined }, itinerary: wholeMemory(lengths.length), gauge: new Gauge(1e9).lane(0), meter, stores: noStores, signal: new AbortController().signal,
  });
  const sequences = await lastValueFrom(stream.pipe(toArray()));
  const { 'tokens tokens': tokens = 0, 'tokens padding': padding = 0 } = meter.snapshot().tallies.packSequences as Record<string, number>;
  if (tokens + padding !== sequences.length * 256 || tokens !== lengths.reduce((sum, length) => sum + length, 0)) throw new Error('the meter is wrong');
  return padding / (tokens + padding);
}

test("at NaViT's lengths: padding of 64 open sequences at most 1.6 %, of best fit in windows of 1000 under 1 %", async (t) => {
  t.true((await paddingOf({ openSequences: 64 })) <= 0.016);
  t.true((await paddingOf({ laneWindow: 1000 })) < 0.01);
});

const stages = (options: object) => () => [
  mapSample<TestSample, { tokens: Int32Array }>('tokens', ({ value }, { random }) => ({ tokens: new Int32Array(random().integer(0, 12)).fill(value) })),
  packSequences({ lengths: { tokens: 11 }, ...options } as never),
];

const dealtStages = (options: object) => () => [
  mapSample<TestSample, Omit<Dealable, keyof Sample>>('counted', ({ value }, { random }) => {
    const count = random().integer(1, 12);
    return { ...planOf(count), patches: picturePatches(count), ids: new Int32Array(value % 5) };
  }),
  dealSequences<{ patches: number; ids: number }, Dealable>({ lengths: { patches: 11, ids: 9 }, ...options }),
  // Some are found damaged, some hold more than was planned for.
  mapSample<TestSample & Dealable, { patches: Patches }>('decoded', ({ value, patches }) => {
    if (value % 5 === 2) throw new SampleFault('image-damaged', 'cut');
    return { patches: value % 6 === 3 ? picturePatches(patches.count + 2) : patches };
  }),
  packSequences({ lengths: { patches: 11, ids: 9 }, dealt: true, maxBytes: 4000 }) as never,
];

test('dealt: resumes anywhere, with some refused in between', async (t) => {
  t.true((await assertResumes(t, dealtStages({ openSequences: 2 }), { records: 14 })) > 30);
  t.true((await assertResumes(t, dealtStages({ laneWindow: 7 }), { records: 12 })) > 30);
});

test('resumes anywhere', async (t) => {
  t.true((await assertResumes(t, stages({ openSequences: 2 }), { records: 14 })) > 15);
  t.true((await assertResumes(t, stages({ openSequences: 2, maxExamples: 2 }), { records: 9 })) > 10);
  t.true((await assertResumes(t, stages({ laneWindow: 8 }), { records: 14 })) > 15);
  t.true((await assertResumes(t, stages({ openSequences: 3, maxBytes: 400 }), { records: 14 })) > 15);
});

test('the steps are the same for any ranks and budget, and after a resume in another world', async (t) => {
  for (const behind of [stages({ openSequences: 2, maxBytes: 4000 }), stages({ laneWindow: 7, maxBytes: 4000 }), dealtStages({ openSequences: 3, maxBytes: 8000 })]) {
    const make = (): Pipeline => {
      const build = pipeline as unknown as (source: unknown, ...all: unknown[]) => Pipeline;
      return build(repeat(testSource({ extents: 8, records: (extent) => 9 + extent }), 2), ...behind(), batch({ size: 8 }));
    };
    const one = await world(make, { lanes: 8 });
    const members = one.steps.flat().flatMap((text) => text.slice(text.indexOf(' ') + 1).split(','));
    t.is(members.length + one.dropped.flat().length, 2 * (8 * 9 + 28));
    t.is(new Set(members).size, members.length);
    for (const ranks of [2, 8]) {
      const other = await world(make, { lanes: 8, ranks, budget: (8 / ranks) * 12_000 });
      t.deepEqual([other.steps, other.dropped], [one.steps, one.dropped], `${ranks} ranks`);
    }
    for (const [at, checkpoint] of one.checkpoints) t.deepEqual((await world(make, { lanes: 8, ranks: [1, 4][at % 2]!, from: checkpoint })).steps, one.steps.slice(at), `from ${at}`);
  }
});

test('what it expects of lengths like these', (t) => {
  const { predict } = (packSequences({ lengths: { tokens: 256 }, openSequences: 64 }) as { stage: { predict?: (samples: readonly Sample[]) => readonly string[] } }).stage;
  const [first, second] = predict!(navitLengths(500).concat([300]).map((length) => ({ ...ofLength(length) }) as unknown as Sample));
  t.regex(first as string, /^about 4\.\d+ samples a sequence, from the lengths of 501 samples, 1 of them refused$/);
  t.regex(second as string, /^tokens: \d+\.\d tokens a sample, 98\.\d % full, 1\.\d % padding$/);
  t.deepEqual(predict!([ofLength(0) as unknown as Sample]), ['no sequence, of 1 samples, 1 of them refused']);
});

test('options are checked when the stage is made', (t) => {
  for (const [options, message] of [
    [{ lengths: {}, openSequences: 1 }, /`lengths` must name one field at least/],
    [{ lengths: { tokens: 0 }, openSequences: 1 }, /`lengths.tokens` must be an integer from 1 to 16777216, got 0/],
    [{ lengths: { tokens: 9 } }, /give either `openSequences` \(first fit\) or `laneWindow`/],
    [{ lengths: { tokens: 9 }, openSequences: 1, laneWindow: 1 }, /give either/],
    [{ lengths: { tokens: 9 }, openSequences: 0 }, /`openSequences` must be an integer from 1 up, got 0/],
    [{ lengths: { tokens: 9 }, laneWindow: 1.5 }, /`laneWindow` must be an integer from 1 up, got 1.5/],
    [{ lengths: { tokens: 9 }, laneWindow: 1, maxExamples: 0 }, /`maxExamples` must be an integer from 1 up, got 0/],
    [{ lengths: { tokens: 9 }, dealt: true, laneWindow: 1 }, /with `dealt`, `openSequences` and `laneWindow` are those of dealSequences/],
    [{ lengths: { tokens: 9 }, laneWindow: 1, tooLong: 'cut' }, /`tooLong` must be refuse or truncate, got cut/],
  ] as const) t.throws(() => packSequences(options as never), { name: 'UsageError', message });
});
