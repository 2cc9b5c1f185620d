import type { Sample } from '../../engine/sample.js';
import type { Extent, Source } from '../../engine/source.js';
import { SampleFault } from '../../kernels/sampleFault.js';

export interface TestSample extends Sample {
  readonly value: number;
  readonly payload: Uint8Array;
}

export interface TestSourceOptions {
  readonly name?: string;
  readonly extents: number;
  /** Number of the first extent, where several sources are read together. @default 0 */
  readonly first?: number;
  /** Records of an extent. */
  readonly records: number | ((extent: number) => number);
  readonly payloadBytes?: number;
  /** Records that are at fault. */
  readonly faulty?: (value: number) => boolean;
  /** Awaited before each record. */
  readonly delay?: () => Promise<void> | undefined;
  readonly onRead?: (value: number, bytes: number) => void;
}

export const VALUES_PER_EXTENT = 100_000;

/** A source of numbered records: `value = number of the extent * 100000 + record`. */
export function testSource({ name = 'test', extents, first = 0, records, payloadBytes = 0, faulty = () => false, delay, onRead }: TestSourceOptions): Source<TestSample> {
  const count = (extent: number): number => (typeof records === 'number' ? records : records(extent));
  return {
    name,
    options: { extents },
    version: 1,
    plan: async () =>
      Array.from({ length: extents }, (_, index): Extent => ({ index, shard: `shard-${first + index}`, bytes: count(first + index) * payloadBytes, etag: `${index}` })),
    async *open({ shard }, from) {
      // A mixture numbers its extents anew; the shard's name stays.
      const extent = Number(shard.slice('shard-'.length));
      for (let record = from.record; record < count(extent); record += 1) {
        const wait = delay?.();
        if (wait !== undefined) await wait;
        const value = extent * VALUES_PER_EXTENT + record;
        const next = { record: record + 1, byte: (record + 1) * 100 };
        const base = { key: `r${value}`, record, byteOffset: record * 100, next };
        onRead?.(value, payloadBytes);
        if (faulty(value)) yield { ...base, fault: new SampleFault('test-bad', `value ${value} is bad`) };
        else yield { ...base, fields: { value, payload: new Uint8Array(payloadBytes) } };
      }
    },
  };
}
