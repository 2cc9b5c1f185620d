import { json, utf8 } from '../../formats/fields.js';
import { readImageHeader } from '../../formats/image/header.js';
import { sniffImage } from '../../formats/image/sniff.js';
import type { RecordMember, TarRecord } from '../../formats/tar/webdataset.js';
import { SampleFault } from '../../kernels/sampleFault.js';
import { captionOf } from './shownSample.js';
import { Sizes, type SizeSummary } from './sizes.js';

/** What is known of the files of one extension. */
export interface ExtensionSummary extends SizeSummary {
  /** Samples that have it. */
  readonly samples: number;
  /** Of the files that were looked at: pictures by format, and the range of their sizes as stored, in pixels. */
  readonly pictures?: { readonly formats: Readonly<Record<string, number>>; readonly width: readonly [min: number, max: number]; readonly height: readonly [min: number, max: number] };
  /** Of the JSON files that were looked at: top-level members with the kinds of their values and how many files have each. */
  readonly members?: Readonly<Record<string, { readonly kinds: readonly string[]; readonly samples: number }>>;
}

export interface FaultSummary {
  readonly code: string;
  readonly count: number;
  /** The first one: the byte is in the (decompressed) shard. */
  readonly first: { readonly shard: string; readonly key?: string; readonly byte?: number; readonly message: string };
}

export interface FirstSample {
  readonly shard: string;
  readonly key: string;
  readonly files: readonly { readonly extension: string; readonly bytes: number }[];
  readonly caption?: string;
}

export interface Inspection {
  /** Records without a fault of the archive or the record; files inside may still have one. */
  readonly samples: number;
  readonly faultyRecords: number;
  /** Samples whose pictures' headers, JSON and texts were looked at. */
  readonly lookedAt: number;
  readonly extensions: Readonly<Record<string, ExtensionSummary>>;
  readonly faults: readonly FaultSummary[];
  readonly first: readonly FirstSample[];
}

/** Data from strangers may name a million extensions or members; the rest is one row. */
const MAX_NAMES = 64;
const OTHERS = '(others)';
const MAX_CAPTION = 1000;

interface ExtensionCounts {
  samples: number;
  readonly sizes: Sizes;
  readonly formats: Map<string, number>;
  readonly width: [number, number];
  readonly height: [number, number];
  readonly members: Map<string, { kinds: Set<string>; samples: number }>;
}

/** Counts what a dataset holds, record after record. What it keeps does not grow with the samples, but for the distinct sizes of files. */
export class Inspector {
  #samples = 0;
  #faulty = 0;
  #lookedAt = 0;
  readonly #extensions = new Map<string, ExtensionCounts>();
  readonly #faults = new Map<string, { count: number; first: FaultSummary['first'] }>();
  readonly #first: FirstSample[] = [];

  /** @param keep samples to list in full */
  constructor(readonly keep: number) {}

  /** Samples so far. */
  get samples(): number {
    return this.#samples;
  }

  fault(code: string, first: FaultSummary['first']): void {
    const seen = this.#faults.get(code);
    if (seen === undefined) this.#faults.set(code, { count: 1, first });
    else seen.count += 1;
  }

  /** @param look whether the record was read with its data, so that its files can be looked into */
  add(shard: string, record: TarRecord, look: boolean): void {
    const { key, fault } = record;
    if (fault !== undefined) {
      this.#faulty += 1;
      return this.fault(fault.code, { shard, ...(key === '' ? {} : { key }), byte: fault.byteOffset ?? record.byteOffset, message: fault.message });
    }
    this.#samples += 1;
    if (look) this.#lookedAt += 1;
    for (const member of record.members) {
      const counts = named(this.#extensions, member.extension, newCounts);
      counts.samples += 1;
      counts.sizes.add(member.size);
      if (!look) continue;
      try {
        lookInto(member, counts);
      } catch (error) {
        if (!(error instanceof SampleFault)) throw error;
        this.fault(error.code, { shard, key, byte: member.dataOffset + (error.byteOffset ?? 0), message: error.message.startsWith('.') ? error.message : `.${member.extension}: ${error.message}` });
      }
    }
    if (this.#first.length >= this.keep) return;
    const caption = look ? captionOf(record.members) : undefined;
    this.#first.push({
      shard,
      key,
      files: record.members.map(({ extension, size }) => ({ extension, bytes: size })),
      ...(caption === undefined ? {} : { caption: clip(caption) }),
    });
  }

  result(): Inspection {
    return {
      samples: this.#samples,
      faultyRecords: this.#faulty,
      lookedAt: this.#lookedAt,
      extensions: Object.fromEntries([...this.#extensions].map(([extension, counts]) => [extension, summary(counts)])),
      faults: [...this.#faults].map(([code, fault]) => ({ code, ...fault })).toSorted((a, b) => b.count - a.count),
      first: this.#first,
    };
  }
}

/** Pictures by their first bytes or their extension, JSON and plain text by their extension. @throws SampleFault */
function lookInto(member: RecordMember, counts: ExtensionCounts): void {
  const { extension } = member;
  if (isOf(extension, 'jpg', 'jpeg', 'png', 'webp', 'gif', 'avif') || sniffImage(member.data) !== undefined) {
    const { format, width, height } = readImageHeader(member.data);
    counts.formats.set(format, (counts.formats.get(format) ?? 0) + 1);
    widen(counts.width, width);
    widen(counts.height, height);
  } else if (isOf(extension, 'json')) {
    const value = json('json').decode(member);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    for (const [name, inner] of Object.entries(value)) {
      const seen = named(counts.members, name, () => ({ kinds: new Set<string>(), samples: 0 }));
      seen.samples += 1;
      seen.kinds.add(inner === null ? 'null' : Array.isArray(inner) ? 'array' : typeof inner);
    }
  } else if (isOf(extension, 'txt')) utf8('txt').decode(member);
}

function newCounts(): ExtensionCounts {
  return { samples: 0, sizes: new Sizes(), formats: new Map(), width: [Infinity, -Infinity], height: [Infinity, -Infinity], members: new Map() };
}

function isOf(extension: string, ...endings: readonly string[]): boolean {
  return endings.includes(extension.slice(extension.lastIndexOf('.') + 1));
}

function widen(range: [number, number], value: number): void {
  range[0] = Math.min(range[0], value);
  range[1] = Math.max(range[1], value);
}

function named<T>(entries: Map<string, T>, name: string, make: () => T): T {
  const place = entries.has(name) || entries.size < MAX_NAMES ? name : OTHERS;
  const there = entries.get(place) ?? make();
  entries.set(place, there);
  return there;
}

function summary({ samples, sizes, formats, width, height, members }: ExtensionCounts): ExtensionSummary {
  return {
    samples,
    ...sizes.summary(),
    ...(formats.size === 0 ? {} : { pictures: { formats: Object.fromEntries([...formats].toSorted()), width, height } }),
    ...(members.size === 0 ? {} : { members: Object.fromEntries([...members].map(([name, entry]) => [name, { kinds: [...entry.kinds].toSorted(), samples: entry.samples }])) }),
  };
}

function clip(caption: string): string {
  return caption.length <= MAX_CAPTION ? caption : `${caption.slice(0, MAX_CAPTION)}...`;
}
