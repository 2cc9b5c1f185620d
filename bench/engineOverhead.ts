/**
 * What the engine costs a sample: a lane of `openLane` against a bare loop that does the same trivial work over the same async generator.
 *
 *   npx tsx bench/engineOverhead.ts [row ...]      rows by the start of their name; default all
 *
 * The work is next to nothing on purpose, so that all time is overhead: the reading that matters is the difference in nanoseconds, and its share
 * of 2 ms, what decoding one image takes. The ratio to the bare loop says little where the bare loop does nothing. Pairs alternate in one
 * process; 7 pairs, median and range. Times are CPU times of the process, garbage collection included, so that other people's work on the machine
 * counts less.
 */
import { onlyExtent } from '../engine/deal.js';
import { keep } from '../engine/keep.js';
import { openLane } from '../engine/lane.js';
import { openGauge, pipelineFloor } from '../engine/lockstep.js';
import { mapAsync } from '../engine/mapAsync.js';
import { mapSample } from '../engine/mapSample.js';
import { Meter } from '../engine/meter.js';
import { pipeline, type Pipeline } from '../engine/pipeline.js';
import { isTombstone, type Sample } from '../engine/sample.js';
import { sequentialSink } from '../engine/sequentialSink.js';
import type { Extent, Source, SourceRecord } from '../engine/source.js';
import { stage, type StoresOf } from '../engine/stage.js';
import { windowed } from '../engine/windowed.js';
import { chooseFile, utf8, bytes } from '../formats/fields.js';
import { tarMembers } from '../formats/tar/tarMembers.js';
import { tarEnd, tarMember } from '../formats/tar/tarWriter.js';
import { groupRecords } from '../formats/tar/webdataset.js';
import { counterRandom } from '../kernels/random.js';
import { readTar } from '../sources/readTar.js';
import { memoryStore } from '../storage/memoryStore.js';

const PAIRS = 7;
const DECODE_NS = 2e6;
const BUDGET = 256 * 2 ** 20;
const signal = new AbortController().signal;

interface Numbered extends Sample {
  readonly value: number;
  readonly data: Uint8Array;
}

const data = new Uint8Array(1000);
async function* numbers(count: number): AsyncGenerator<SourceRecord<{ value: number; data: Uint8Array }>> {
  for (let record = 0; record < count; record += 1) {
    yield { key: `r${record}`, record, byteOffset: record, fields: { value: record, data }, next: { record: record + 1, byte: record + 1 } };
  }
}
const numbered = (count: number): Source<Numbered> => ({
  name: 'numbers',
  version: 1,
  options: {},
  plan: async () => [{ index: 0, shard: 'numbers', bytes: count, etag: '1' }],
  open: () => numbers(count),
});

/** Run the one lane of a pipeline; how many samples came out. */
async function runLane(pipe: Pipeline, stores: StoresOf): Promise<number> {
  const [extent] = (await pipe.source.plan({ stores, signal })) as [Extent];
  const gauge = openGauge(pipe, 1, BUDGET);
  const stream = openLane(pipe, { seed: 1, info: { index: 0, lanes: 1, extent }, itinerary: onlyExtent(extent), gauge: gauge.lane(pipelineFloor(pipe, 1).perLane), meter: new Meter(), stores, signal });
  let samples = 0;
  await new Promise<void>((resolve, reject) => {
    stream.subscribe({ next: (element) => void (isTombstone(element) || (samples += 1)), error: reject, complete: resolve });
  });
  return samples;
}

const noStores: StoresOf = (url) => {
  throw new Error(`no store for ${url}`);
};

/** One measured pair: both do the same trivial work on `samples` samples and return how many passed. */
interface Row {
  readonly name: string;
  readonly samples: number;
  engine(): Promise<number>;
  bare(): Promise<number>;
}

const plusOne = ({ value }: { readonly value: number }): { value: number } => ({ value: value + 1 });
const most = ({ value }: { readonly value: number }): boolean => value % 100 !== 0;
const fiveStages = [
  mapSample('one', (sample: Numbered) => plusOne(sample)),
  mapSample('two', (sample: Numbered) => plusOne(sample)),
  keep('not a hundred', (sample: Numbered) => most(sample)),
  mapSample('three', (sample: Numbered) => plusOne(sample)),
  keep('not a hundred still', (sample: Numbered) => most(sample), { name: 'keep2' }),
] as const;

const WINDOW = 1000;
/** Fisher-Yates over windows of 1000, drawn as the engine draws. */
const shuffle = () => windowed<Numbered, Numbered>('shuffle', (samples, tools) => tools.random().shuffle(samples), { samples: WINDOW });

const COUNT = 50_000;
const memoryRows: readonly Row[] = [
  {
    name: 'source',
    samples: COUNT,
    engine: () => runLane(pipeline(numbered(COUNT)), noStores),
    async bare() {
      let passed = 0;
      for await (const record of numbers(COUNT)) if (record.fields !== undefined) passed += 1;
      return passed;
    },
  },
  {
    name: 'five stages',
    samples: COUNT,
    engine: () => runLane(pipeline(numbered(COUNT), ...fiveStages), noStores),
    async bare() {
      let passed = 0;
      for await (const { fields } of numbers(COUNT)) {
        let sample = { ...fields!, ...plusOne(fields!) };
        sample = { ...sample, ...plusOne(sample) };
        if (!most(sample)) continue;
        sample = { ...sample, ...plusOne(sample) };
        if (most(sample)) passed += 1;
      }
      return passed;
    },
  },
  {
    name: 'mapAsync',
    samples: COUNT,
    engine: () => runLane(pipeline(numbered(COUNT), mapAsync('resolved', (sample: Numbered) => Promise.resolve(plusOne(sample)), { concurrency: 4 })), noStores),
    async bare() {
      let passed = 0;
      for await (const { fields } of numbers(COUNT)) {
        const sample = { ...fields!, ...(await Promise.resolve(plusOne(fields!))) };
        if (sample.value > 0) passed += 1;
      }
      return passed;
    },
  },
  {
    name: 'shuffle',
    samples: COUNT,
    engine: () => runLane(pipeline(numbered(COUNT), shuffle()), noStores),
    async bare() {
      let passed = 0;
      let window: object[] = [];
      for await (const record of numbers(COUNT)) {
        if (window.push(record) < WINDOW) continue;
        for (const _ of counterRandom(1, 'shuffle', record.record).shuffle(window)) passed += 1;
        window = [];
      }
      return passed;
    },
  },
  {
    name: 'all of these',
    samples: COUNT,
    engine: () => runLane(pipeline(numbered(COUNT), ...fiveStages, mapAsync('resolved', (sample: Numbered) => Promise.resolve(plusOne(sample)), { concurrency: 4 }), shuffle()), noStores),
    async bare() {
      let passed = 0;
      let window: object[] = [];
      for await (const { fields, record } of numbers(COUNT)) {
        let sample = { ...fields!, ...plusOne(fields!) };
        sample = { ...sample, ...plusOne(sample) };
        if (!most(sample)) continue;
        sample = { ...sample, ...plusOne(sample) };
        if (!most(sample)) continue;
        sample = { ...sample, ...(await Promise.resolve(plusOne(sample))) };
        if (window.push(sample) < WINDOW) continue;
        for (const _ of counterRandom(1, 'shuffle', record).shuffle(window)) passed += 1;
        window = [];
      }
      return passed + window.length;
    },
  },
];

const RECORDS = 1000;
const IMAGE_BYTES = 150_000;
const SHARD = 'memory://bench/00000.tar';

/** The whole path over a shard of 150 kB records (an image, a caption), 1 MiB chunks. */
async function tarRow(): Promise<Row> {
  const store = memoryStore({ readChunkBytes: 2 ** 20 });
  const writer = await store.openWrite(SHARD);
  const image = new Uint8Array(IMAGE_BYTES);
  const encoder = new TextEncoder();
  for (let record = 0; record < RECORDS; record += 1) {
    for (const chunk of [...tarMember(`${record}.jpg`, image), ...tarMember(`${record}.txt`, encoder.encode(`caption number ${record}`))]) await writer.write(chunk);
  }
  await writer.write(tarEnd());
  await writer.close();
  const fields = { image: bytes('jpg', 'jpeg', 'png'), text: utf8('txt') };
  type Pair = Sample & { readonly image: { readonly data: Uint8Array }; readonly text: string };
  let counted = 0;
  const counting = stage<Sample, Sample>({
    name: 'counting',
    arity: 'sink',
    connect: (context) =>
      sequentialSink(context, () => ({
        async add(element) {
          if (!isTombstone(element)) counted += 1;
        },
        commit: async () => ({ key: 'lane', origin: { dataset: '', shard: '', record: 0, pass: 0, path: [] }, cursor: context.start, lane: 0, planned: 0, counts: { delivered: 0, filtered: 0, quarantined: 0, expanded: 0, remainder: 0 }, quarantine: [], reasons: {}, tallies: {}, outputs: [] }),
        abort: async () => {},
      })),
  });
  return {
    name: 'tar, whole path',
    samples: RECORDS,
    async engine() {
      counted = 0;
      await runLane(
        pipeline(
          readTar(SHARD, { fields }),
          mapSample('size', (sample: Pair) => ({ size: sample.image.data.length })),
          keep('has caption', (sample: Pair) => sample.text.length > 0),
          mapSample('words', (sample: Pair) => ({ words: sample.text.length })),
          counting,
        ),
        () => store,
      );
      return counted;
    },
    async bare() {
      let passed = 0;
      for await (const record of groupRecords(tarMembers(store.read(SHARD), { maxMemberBytes: 256 * 2 ** 20 }))) {
        const { data: picture } = chooseFile(record.members, fields.image.extensions)!;
        const text = fields.text.decode(chooseFile(record.members, fields.text.extensions)!);
        const sample = { picture, text, size: picture.length };
        if (sample.text.length > 0 && { ...sample, words: sample.text.length }.words > 0) passed += 1;
      }
      return passed;
    },
  };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const range = (values: readonly number[], digits: number): string => `${median(values).toFixed(digits)} [${Math.min(...values).toFixed(digits)}-${Math.max(...values).toFixed(digits)}]`;

async function nanoseconds({ samples }: Row, run: () => Promise<number>): Promise<{ ns: number; passed: number }> {
  const began = process.cpuUsage();
  const passed = await run();
  const { user, system } = process.cpuUsage(began);
  return { ns: ((user + system) * 1e3) / samples, passed };
}

const wanted = process.argv.slice(2);
const rows = [...memoryRows, await tarRow()].filter((row) => wanted.length === 0 || wanted.some((name) => row.name.startsWith(name)));
process.stdout.write(`CPU nanoseconds a sample, median [range] of ${PAIRS} alternating pairs, Node ${process.versions.node}\n`);
process.stdout.write(`${'row'.padEnd(18)}${'bare loop'.padStart(22)}${'engine'.padStart(24)}${'engine - bare'.padStart(24)}${'ratio'.padStart(20)}${'of 2 ms'.padStart(10)}\n`);
for (const row of rows) {
  const bare: number[] = [];
  const engine: number[] = [];
  for (let pair = -2; pair < PAIRS; pair += 1) {
    const first = pair % 2 === 0 ? await nanoseconds(row, row.bare) : undefined;
    const ours = await nanoseconds(row, row.engine);
    const other = first ?? (await nanoseconds(row, row.bare));
    if (ours.passed !== other.passed) throw new Error(`${row.name}: the engine passed ${ours.passed} samples, the bare loop ${other.passed}`);
    if (pair < 0) continue; // warm-up
    engine.push(ours.ns);
    bare.push(other.ns);
  }
  const more = engine.map((ns, pair) => ns - bare[pair]!);
  process.stdout.write(
    `${row.name.padEnd(18)}${range(bare, 0).padStart(22)}${range(engine, 0).padStart(24)}${range(more, 0).padStart(24)}` +
      `${range(engine.map((ns, pair) => ns / bare[pair]!), 2).padStart(20)}${`${((100 * median(more)) / DECODE_NS).toFixed(2)} %`.padStart(10)}\n`,
  );
}
