import { filter, map, type OperatorFunction } from 'rxjs';
import { expand } from '../../engine/expand.js';
import { keep } from '../../engine/keep.js';
import { mapAsync } from '../../engine/mapAsync.js';
import { mapSample } from '../../engine/mapSample.js';
import { pipeline, type Pipeline } from '../../engine/pipeline.js';
import { membersOf } from '../../engine/account.js';
import type { Source } from '../../engine/source.js';
import { windowed } from '../../engine/windowed.js';
import { SampleFault } from '../../kernels/sampleFault.js';
import type { Random } from '../../kernels/random.js';
import { mix, type StopRule } from '../../sources/mix.js';
import { repeat } from '../../sources/repeat.js';
import { testSource, type TestSample, type TestSourceOptions } from './testSource.js';

type TestOp = OperatorFunction<TestSample, TestSample>;
const pipe = pipeline as unknown as (source: Source<TestSample>, ...ops: TestOp[]) => Pipeline<TestSample>;

/** Waits that come out differently in every run: nothing of the output may depend on them. */
export async function randomDelay(): Promise<void> {
  const dice = Math.random();
  if (dice < 0.5) return;
  if (dice < 0.8) return new Promise((resolve) => setImmediate(resolve));
  return new Promise((resolve) => setTimeout(resolve, Math.random() * 2));
}

const builders: ((name: string, random: Random) => TestOp)[] = [
  (name, random) => {
    const divisor = random.integer(2, 5);
    return keep<TestSample>(`not a multiple of ${divisor}`, (sample) => sample.value % divisor !== 0, { name });
  },
  // Drops long stretches.
  (name, random) => {
    const stretch = random.integer(5, 40);
    return keep<TestSample>('in an even stretch', (sample) => Math.floor((sample.value % 100_000) / stretch) % 2 === 0, { name });
  },
  (name) => mapSample<TestSample, { value: number }>(name, (sample, tools) => ({ value: sample.value * 3 + tools.random().integer(0, 2) })) as unknown as TestOp,
  (name, random) => {
    const divisor = random.integer(3, 9);
    return mapAsync<TestSample, { value: number }>(
      name,
      async (sample, tools) => {
        const drawn = tools.random().integer(0, 99);
        await randomDelay();
        if (sample.value % divisor === 0) throw new SampleFault('test-refused', `multiple of ${divisor}`);
        return { value: sample.value + drawn };
      },
      { concurrency: random.integer(1, 4) },
    ) as unknown as TestOp;
  },
  (name, random) => {
    const most = random.integer(1, 4);
    return expand<TestSample, { value: number }>(name, (sample, tools) =>
      Array.from({ length: tools.random('count').integer(0, most) }, (_, index) => ({ value: sample.value * 10 + index })),
    ) as unknown as TestOp;
  },
  // A shuffle: N to N in another order.
  (name, random) =>
    windowed<TestSample, TestSample>(name, (samples, tools) => tools.random().shuffle(samples), { samples: random.integer(2, 9), maxBytes: 1000 }),
  // Packing: N to M, asynchronous, with members, and some inputs refused.
  (name, random) => {
    const size = random.integer(2, 5);
    return windowed<TestSample, TestSample>(
      name,
      async (samples, tools) => {
        await randomDelay();
        const good = samples.filter((sample) => sample.value % 7 !== 3);
        const packs: TestSample[] = [];
        for (let at = 0; at < good.length; at += size) {
          const group = good.slice(at, at + size);
          const first = group[0] as TestSample;
          packs.push({ ...first, members: group.flatMap((sample) => [...membersOf(sample)]), value: group.reduce((sum, sample) => sum + sample.value, 0) });
        }
        const bad = samples.filter((sample) => sample.value % 7 === 3).map((sample) => tools.refuse(sample, new SampleFault('test-unpackable', 'three of seven')));
        return [...packs, ...bad];
      },
      { samples: random.integer(2, 8), maxBytes: 1000, concurrency: random.integer(1, 3) },
    );
  },
  // Windows that are full by their content, N to M.
  (name, random) => {
    const room = random.integer(1, 400);
    return windowed<TestSample, TestSample>(
      name,
      (samples) => [{ ...(samples[0] as TestSample), members: samples.flatMap((sample) => [...membersOf(sample)]), value: samples.reduce((sum, sample) => sum + sample.value, 0) }],
      {
        samples: 12,
        maxBytes: 1000,
        accepts: () => {
          let left = room;
          return ({ value }) => (left -= value % 100) >= 0;
        },
      },
    );
  },
  // Plain RxJS operators, guarded. They drop by a rule about the sample alone.
  (_, random) => {
    const divisor = random.integer(4, 9);
    return filter((sample: TestSample) => sample.value % divisor !== 1);
  },
  () => map((sample: TestSample) => ({ ...sample, value: sample.value + 1 })),
];

export interface RandomGraphOptions extends Omit<Partial<TestSourceOptions>, 'extents' | 'first'> {
  readonly stages?: number;
  /** Passes over each source. @default 1 */
  readonly epochs?: number;
  /** Stop rules of the mixtures that half of the graphs read; none: no mixtures. @default ['first', 'all'] */
  readonly mixtures?: readonly StopRule[];
}

const EXTENTS = 8;

/** Two or three sources in random proportions, one of them perhaps a mixture itself. */
function randomMix(one: (first: number) => Source<TestSample>, random: Random, stop: StopRule): Source<TestSample> {
  const weight = (): number => random.integer(1, 5);
  const pair = mix([{ source: one(0), weight: weight() }, { source: one(EXTENTS), weight: weight() }], { stop });
  return random.integer(0, 2) > 0 ? pair : mix([{ source: pair, weight: weight() }, { source: one(2 * EXTENTS), weight: weight() }], { stop: random.choice([stop, 'all']) });
}

/**
 * A random pipeline of sources and mixtures, filters, expansions, windows, asynchronous work and plain RxJS operators; a function of `random`
 * alone, but for its timing.
 */
export function randomGraph(random: Random, { stages, epochs = 1, mixtures = ['first', 'all'], ...options }: RandomGraphOptions = {}): Pipeline<TestSample> {
  const ops = Array.from({ length: stages ?? random.integer(1, 5) }, (_, index) => random.choice(builders)(`s${index}`, random));
  const badness = random.integer(5, 30);
  const one = (first: number): Source<TestSample> =>
    repeat(
      testSource({
        records: (extent) => 5 + ((extent * 7) % 13),
        faulty: (value) => value % badness === 2,
        delay: () => (Math.random() < 0.1 ? randomDelay() : undefined),
        ...options,
        extents: EXTENTS,
        first,
      }),
      epochs,
    );
  return pipe(mixtures.length > 0 && random.integer(0, 1) === 1 ? randomMix(one, random, random.choice([...mixtures])) : one(0), ...ops);
}
