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

/** A source of numbered records: `value = extent * 100000 + record`. */
export function testSource({ name = 'test', extents, records, payloadBytes = 0, faulty = () => false, delay, onRead }: TestSourceOptions): Source<TestSample> {
  const count = (extent: number): number => (typeof records === 'number' ? records : records(extent));
  return {
    name,
    options: { extents },
    version: 1,
    plan: async () =>
      Array.from({ length: extents }, (_, index): Extent => ({ index, shard: `shard-${index}`, bytes: count(index) * payloadBytes, etag: `${index}` })),
    async *open(extent, from) {
      for (let record = from.record; record < count(extent.index); record += 1) {
        const wait = delay?.();
        if (wait !== undefined) await wait;
        const value = extent.index * VALUES_PER_EXTENT + record;
        const next = { record: record + 1, byte: (record + 1) * 100 };
        const base = { key: `r${value}`, record, byteOffset: record * 100, next };
        onRead?.(value, payloadBytes);
        if (faulty(value)) yield { ...base, fault: new SampleFault('test-bad', `value ${value} is bad`) };
        else yield { ...base, fields: { value, payload: new Uint8Array(payloadBytes) } };
      }
    },
  };
}
