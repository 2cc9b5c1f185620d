import { mergeCheckpoints, type Checkpoint } from '../../engine/checkpoint.js';
import type { Step } from '../../engine/lockstep.js';
import { membersOf } from '../../engine/account.js';
import type { Pipeline } from '../../engine/pipeline.js';
import { originText, type Sample } from '../../engine/sample.js';
import type { StoresOf } from '../../engine/stage.js';
import { openStream } from '../../engine/stream.js';
import { memoryStore } from '../../storage/memoryStore.js';
import type { ObjectStore } from '../../storage/objectStore.js';
import { captionShard } from './captions.js';
import { noStores } from './lanes.js';
import { putObject } from './shards.js';
import { wrapStore } from './wrapStore.js';

export interface WorldOptions {
  readonly ranks?: number;
  readonly lanes?: number;
  readonly seed?: number;
  readonly stores?: StoresOf;
  readonly budget?: number;
  /** Threads for kernels, in each rank. @default none */
  readonly workers?: number;
  readonly from?: Checkpoint | undefined;
  /** Steps that each rank takes. @default to the end */
  readonly steps?: number;
}

export interface World {
  /** For each step from the first: its samples over all ranks, as texts. */
  readonly steps: readonly (readonly string[])[];
  /** The same, and what was dropped on the way, one text a dropped sample. */
  readonly dropped: readonly (readonly string[])[];
  /** What stages after `batch` decided for each step, the same on all ranks; undefined without such stages. */
  readonly fields: readonly Step['fields'][];
  /** After so many steps of the stream: merged of the parts of all ranks, through JSON. */
  readonly checkpoints: ReadonlyMap<number, Checkpoint>;
}

export const sampleText = (sample: Sample): string => `${sample.key} ${membersOf(sample).map(originText).join(',')}`;

/** Run all ranks of a world side by side and put their steps together. Each rank makes its own pipeline. */
export async function world(make: () => Pipeline, options: WorldOptions = {}): Promise<World> {
  const { ranks = 1, lanes = 16, seed = 5, stores = noStores, budget = 1e9, workers = 0, from, steps = Number.POSITIVE_INFINITY } = options;
  const first = from?.step ?? 0;
  const samples: string[][] = [];
  const dropped: string[][] = [];
  const decided: Step['fields'][] = [];
  const parts: Checkpoint[][] = [];
  const runs = await Promise.all(
    Array.from({ length: ranks }, async (_, rank) => {
      const stream = await openStream(make(), { seed, lanes, stores, signal: new AbortController().signal, maxInFlightBytes: budget, workers, rank, ranks });
      const taken: Step[] = [];
      const own: Checkpoint[] = [];
      for await (const step of stream.steps(from)) {
        taken.push(step);
        own.push(json(stream.checkpoint()));
        if (taken.length >= steps) break;
      }
      if (taken.length < steps) own.push(json(stream.checkpoint()));
      parts.push(own);
      return taken;
    }),
  );
  for (const taken of runs) {
    for (const [place, { contributions, fields }] of taken.entries()) {
      if (JSON.stringify((decided[place] ??= fields)) !== JSON.stringify(fields)) throw new Error(`step ${place}: the ranks decided differently`);
      (samples[place] ??= []).push(...contributions.flatMap((entry) => entry.samples.map(sampleText)));
      (dropped[place] ??= []).push(...contributions.flatMap((entry) => entry.dropped.flatMap((drop) =>
        Array.from({ length: drop.count }, (_, nth) => `${originText({ ...drop.origin, record: drop.origin.record + nth })} ${drop.stage} ${drop.reason}`))));
    }
  }
  const checkpoints = new Map<number, Checkpoint>();
  for (let place = 0; place < samples.length; place += 1) {
    const step = first + place + 1;
    checkpoints.set(step, json(mergeCheckpoints(parts.map((own) => (own.find((part) => part.step === step) ?? own.findLast((part) => part.ended === true)) as Checkpoint))));
  }
  return { steps: samples, dropped, fields: decided, checkpoints };
}

const json = (checkpoint: Checkpoint): Checkpoint => JSON.parse(JSON.stringify(checkpoint)) as Checkpoint;

/** Stores with caption shards `memory://NAME/0.tar` and on, of these record counts; `random` delays every call of the store and every chunk of a read. */
export async function captionStores(shards: Readonly<Record<string, readonly number[]>>, random?: () => number): Promise<StoresOf> {
  const store = memoryStore({ readChunkBytes: 3000 });
  for (const [name, counts] of Object.entries(shards)) {
    for (const [index, records] of counts.entries()) await putObject(store, `memory://${name}/${index}.tar`, captionShard(name.length * 100 + index, records));
  }
  if (random === undefined) return () => store;
  const wait = async (): Promise<void> => {
    if (random() < 0.3) await new Promise((resolve) => setTimeout(resolve, random() * 3));
  };
  const late: ObjectStore = wrapStore(
    {
      ...store,
      async *read(url, options) {
        for await (const chunk of store.read(url, options)) {
          await wait();
          yield chunk;
        }
      },
    },
    { before: wait },
  );
  return () => late;
}
