import { randomBytes } from 'node:crypto';
import { Ledger, membersOf } from '../engine/account.js';
import { checkInteger } from '../engine/check.js';
import { FingerprintError, LawError, UsageError } from '../engine/errors.js';
import { fingerprintDifference } from '../engine/fingerprint.js';
import type { Receipt } from '../engine/receipt.js';
import { isTombstone, originLabel, type Drop, type Element, type Sample } from '../engine/sample.js';
import { sequentialSink, type LaneSink } from '../engine/sequentialSink.js';
import type { GenerationPlan, Sink } from '../engine/sink.js';
import { stage, type StageContext } from '../engine/stage.js';
import type { FieldCodec } from '../formats/fields.js';
import { StoreError, type ObjectStore } from '../storage/objectStore.js';
import { removeStalePartials } from '../storage/removeStalePartials.js';
import { schemeOf } from '../storage/schemeOf.js';
import { makeMark, markBytes, parseMark, type Mark, type MarkedPart } from './mark.js';
import { outputLayout, readAll, type OutputLayout, type SavedPlan } from './outputLayout.js';
import { PartWriter } from './partWriter.js';

export interface WriteTarOptions<F extends Record<string, FieldCodec<unknown>>> {
  /** The fields to write and how; each becomes `key.extension`. */
  readonly fields: F;
  /** @default 'writeTar' */
  readonly name?: string;
  /** A part that reaches this size spills into the next, `00007-01.tar`. @default 1 GiB */
  readonly maxShardBytes?: number;
}

type Written<F> = { readonly [K in keyof F]: F[K] extends FieldCodec<infer T> ? T : never };

/**
 * Write each lane as a tar shard, `00007.tar` for the eighth extent, and then its mark `00007_stats.json`: a lane is there when its mark is.
 *
 * Bytes are a function of the samples alone. Parts are written under scratch names and linked to their own; the mark, which lists them with
 * digests and counts, is created last and once, so a kill at any moment and two runners at once leave one marked result. Before anything is
 * committed, the lane's outcomes must equal what its source handed out. @see sinks/mark.ts, sinks/verifyTar.ts
 *
 * @throws FingerprintError when the output holds the work of another recipe; UsageError when it holds something else
 */
export function writeTar<const F extends Record<string, FieldCodec<unknown>>>(
  url: string,
  { fields, name = 'writeTar', maxShardBytes = 2 ** 30 }: WriteTarOptions<F>,
): Sink<Sample & Written<F>> {
  checkInteger(name, 'maxShardBytes', maxShardBytes, 1024);
  if (Object.keys(fields).length === 0) throw new UsageError(`${name}: \`fields\` must name at least one field to write`);
  const layout = outputLayout(url);
  let fingerprint = '';

  const operator = stage<Sample & Written<F>, Receipt>({
    name,
    arity: 'sink',
    options: { fields: Object.fromEntries(Object.entries(fields).map(([field, codec]) => [field, codec.options])), maxShardBytes },
    connect: (context) => sequentialSink(context, () => new LaneWriter(context, layout, fields as Record<string, FieldCodec<unknown>>, maxShardBytes, () => fingerprint)),
  });

  return Object.assign(operator, {
    sink: {
      target: layout.root,
      async prepare(plan: GenerationPlan, { stores }: { stores: StageContext['stores'] }) {
        fingerprint = plan.fingerprint.digest;
        try {
          const store = stores(layout.root);
          await removeKilledWrites(layout);
          await preparePlan(store, layout, plan);
        } catch (error) {
          throw unusable(error);
        }
      },
      async committed(extent: { index: number }, { stores }: { stores: StageContext['stores'] }) {
        const mark = await readMark(stores(layout.root), layout, extent.index);
        if (mark === undefined) return undefined;
        if (mark.millrace.fingerprint !== fingerprint) {
          throw new FingerprintError(`${layout.mark(extent.index)} was made by another recipe than ${layout.plan}; write to an empty output`);
        }
        return receiptOf(mark, layout);
      },
      async claim(extent: { index: number }, { stores }: { stores: StageContext['stores'] }) {
        return stores(layout.root).createOnce(layout.claim(extent.index), new TextEncoder().encode('{}\n'));
      },
      async tidy({ stores }: { stores: StageContext['stores'] }) {
        const store = stores(layout.root);
        for (const folder of [layout.scratch, layout.claims]) for await (const object of store.list(folder)) await store.remove(object.url);
        await removeKilledWrites(layout);
      },
      async log(file: string, record: object, { stores }: { stores: StageContext['stores'] }) {
        const writer = await stores(layout.root).openWrite(`${layout.runs}${file}`);
        await writer.write(new TextEncoder().encode(`${JSON.stringify(record, undefined, 1)}\n`));
        await writer.close();
      },
    },
  });
}

/** Writes one lane: parts, then the mark. */
class LaneWriter implements LaneSink {
  readonly #ledger = new Ledger();
  readonly #quarantine: Drop[] = [];
  readonly #keys = new Set<string>();
  readonly #parts: MarkedPart[] = [];
  readonly #created: string[] = [];
  readonly #unique = `${process.pid}-${randomBytes(6).toString('hex')}`;
  #part: PartWriter | undefined;
  #aborted = false;

  constructor(
    readonly context: StageContext,
    readonly layout: OutputLayout,
    readonly fields: Readonly<Record<string, FieldCodec<unknown>>>,
    readonly maxShardBytes: number,
    readonly fingerprint: () => string,
  ) {}

  get #lane(): number {
    return this.context.lane.extent?.index ?? this.context.lane.index;
  }

  get #store(): ObjectStore {
    return this.context.stores(this.layout.root);
  }

  async add(element: Element): Promise<void> {
    this.#ledger.add(element);
    if (isTombstone(element)) {
      for (const drop of element.dropped) if (drop.kind === 'quarantined') this.#quarantine.push(drop);
      return;
    }
    if (this.#keys.has(element.key)) {
      throw new LawError(`${this.context.name}: two samples have the key ${JSON.stringify(element.key)} in one shard, the second from ${originLabel(element.origin)}`);
    }
    this.#keys.add(element.key);
    if (this.#part !== undefined && this.#part.bytes >= this.maxShardBytes) await this.#closePart();
    const part = (this.#part ??= await PartWriter.open(this.#store, this.layout, this.#lane, this.#parts.length, this.#unique));
    if (this.#aborted) return part.abort(); // the lane ended while this one was opened
    const extensions = new Set<string>();
    for (const [field, codec] of Object.entries(this.fields)) {
      const value = (element as unknown as Record<string, unknown>)[field];
      if (value === undefined && codec.optional) continue;
      const file = codec.encode(value);
      if (extensions.has(file.extension)) throw new UsageError(`${this.context.name}: \`${field}\` of ${originLabel(element.origin)} would be a second .${file.extension} file; give each field its own extension`);
      extensions.add(file.extension);
      await part.add(`${element.key}.${file.extension}`, file.data);
    }
    if (extensions.size === 0) throw new LawError(`${this.context.name}: ${originLabel(element.origin)} has none of the fields ${Object.keys(this.fields).join(', ')}: drop it with keep`);
    part.samples += 1;
    part.members += membersOf(element).length;
  }

  async commit(): Promise<Receipt> {
    const planned = this.context.planned();
    const { counts } = this.#ledger;
    const refuse = (what: string): never => {
      const given = `${planned.records} samples that ${this.context.lane.extent?.shard ?? 'the source'} gave`;
      throw new LawError(`${this.context.name}: lane ${this.#lane} is not committed: of ${given}, ${what}. A stage lost, doubled or invented samples without a tombstone`);
    };
    const { missing, duplicates } = this.#ledger.judge(planned.records);
    if (missing.length > 0 || duplicates.length > 0) {
      const name = (records: readonly number[]): string => `${records.length}${records.length === 0 ? '' : ` (records ${records.slice(0, 5).join(', ')}${records.length > 5 ? ', ...' : ''})`}`;
      refuse(`missing ${name(missing)}, more than once ${name(duplicates)}`);
    }
    const outcomes = counts.delivered + counts.filtered + counts.quarantined + counts.remainder;
    if (planned.records + counts.expanded !== outcomes) refuse(`with ${counts.expanded} more by expansion, there are ${outcomes} outcomes`);
    if (counts.expanded === 0 && planned.hash !== this.#ledger.hash) refuse('some came out under the origin of another');
    if (this.#part !== undefined) await this.#closePart();
    const extent = this.context.lane.extent;
    const mark = makeMark({
      version: 1,
      lane: this.#lane,
      source: this.context.planned().source,
      input: { shard: extent?.shard ?? '', bytes: extent?.bytes ?? 0, ...(extent?.records === undefined ? {} : { records: extent.records }) },
      fingerprint: this.fingerprint(),
      planned: planned.records,
      plannedHash: planned.hash,
      counts,
      outcomeHash: this.#ledger.hash,
      records: this.#ledger.bitmap(planned.records),
      parts: this.#parts,
      quarantine: this.#quarantine,
      reasons: Object.fromEntries([...this.#ledger.reasons].toSorted()),
      tallies: this.context.laneTallies(),
    });
    if (await this.#store.createOnce(this.layout.mark(this.#lane), markBytes(mark))) {
      this.#created.length = 0; // they are marked: nothing to take back
      return receiptOf(mark, this.layout);
    }
    // Another runner was first, and its mark counts.
    const theirs = await this.#yieldToMark();
    if (theirs === undefined) throw new StoreError('other', this.layout.mark(this.#lane), `${this.layout.mark(this.#lane)} was there and is gone`);
    return receiptOf(theirs, this.layout);
  }

  /** If the lane has a mark, take back those parts of ours that it does not list: they are nobody's. */
  async #yieldToMark(): Promise<Mark | undefined> {
    const mark = await readMark(this.#store, this.layout, this.#lane);
    if (mark === undefined) return undefined;
    const listed = new Set(mark.millrace.parts.map((part) => part.name));
    for (const name of this.#created.splice(0)) if (!listed.has(name)) await this.#store.remove(this.layout.at(name));
    return mark;
  }

  async #closePart(): Promise<void> {
    // A part stays ours until it is committed: an attempt that fails in between (a full disk) must give its space back.
    const { part: marked, created } = await (this.#part as PartWriter).commit();
    this.#part = undefined;
    this.#parts.push(marked);
    if (created) this.#created.push(marked.name);
  }

  /** What is half written is scratch: nothing of it is visible. */
  async abort(): Promise<void> {
    if (this.#aborted) return;
    this.#aborted = true;
    await this.#part?.abort();
    if (this.#created.length > 0) await this.#yieldToMark();
  }
}

/** An output that cannot be one: no right, no such store, a file in the way. A person has to change the URL or the folder. */
function unusable(error: unknown): unknown {
  return error instanceof StoreError && ['denied', 'bad-url', 'is-directory'].includes(error.code) ? new UsageError(error.message, { cause: error }) : error;
}

/** On a file system, a process that was killed while it wrote leaves hidden partial files, also beside the parts. */
async function removeKilledWrites(layout: OutputLayout): Promise<void> {
  if ((schemeOf(layout.root) ?? 'file') !== 'file') return;
  for (const folder of [layout.root, `${layout.root}_millrace/`, layout.scratch, layout.claims, layout.runs]) await removeStalePartials(folder);
}

/** Write the plan, or compare it with the one that is there. */
async function preparePlan(store: ObjectStore, layout: OutputLayout, plan: GenerationPlan): Promise<void> {
  const saved: SavedPlan = {
    version: 1,
    fingerprint: plan.fingerprint,
    extents: plan.extents.map(({ index, shard, bytes, records }) => ({ index, shard, bytes, ...(records === undefined ? {} : { records }) })),
  };
  const there = await readPlan(store, layout);
  if (there === undefined) {
    for await (const object of store.list(layout.root)) {
      if (/\.tar$|_stats\.json$/.test(object.url)) {
        if ((await readPlan(store, layout)) !== undefined) return preparePlan(store, layout, plan); // another runner began meanwhile
        throw new UsageError(`${layout.root} is no output of Millrace (no ${layout.plan}) but holds ${object.url}; choose an empty output`);
      }
    }
    if (await store.createOnce(layout.plan, new TextEncoder().encode(`${JSON.stringify(saved, undefined, 1)}\n`))) return;
    return preparePlan(store, layout, plan);
  }
  if (there.fingerprint.digest === saved.fingerprint.digest) return;
  throw new FingerprintError(
    `${layout.root} holds the work of another recipe, and the two must not mix:\n  ${fingerprintDifference(there.fingerprint, saved.fingerprint).join('\n  ')}\n` +
      'Write to another output, or go back to the recipe, options and inputs that it was begun with.',
  );
}

export async function readPlan(store: ObjectStore, layout: OutputLayout): Promise<SavedPlan | undefined> {
  const bytes = await readIfThere(store, layout.plan).catch((error: unknown) => {
    throw unusable(error);
  });
  if (bytes === undefined) return undefined;
  try {
    const plan = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as SavedPlan;
    const { version, extents, fingerprint } = plan;
    const whole = (extent: SavedPlan['extents'][number]): boolean => Number.isSafeInteger(extent?.index) && typeof extent.shard === 'string' && Number.isSafeInteger(extent.bytes);
    if (version === 1 && Array.isArray(extents) && extents.every(whole) && typeof fingerprint?.digest === 'string' && typeof fingerprint.lines === 'object') return plan;
  } catch (cause) {
    throw new UsageError(`${layout.plan} is damaged: ${(cause as Error).message}`, { cause });
  }
  throw new UsageError(`${layout.plan} is not a plan of this version of Millrace`);
}

/** @throws UsageError when the mark is there but damaged */
async function readMark(store: ObjectStore, layout: OutputLayout, lane: number): Promise<Mark | undefined> {
  const bytes = await readIfThere(store, layout.mark(lane));
  if (bytes === undefined) return undefined;
  const mark = parseMark(bytes);
  if (typeof mark === 'string') throw new UsageError(`${layout.mark(lane)} is damaged: ${mark}. Remove it and run again to make the lane anew`);
  return mark;
}

export async function readIfThere(store: ObjectStore, url: string): Promise<Uint8Array | undefined> {
  try {
    return await readAll(store, url);
  } catch (error) {
    if (error instanceof StoreError && error.code === 'not-found') return undefined;
    throw error;
  }
}

function receiptOf(mark: Mark, layout: OutputLayout): Receipt {
  const record = mark.millrace;
  return {
    key: `lane ${record.lane}`,
    origin: { dataset: '', shard: record.input.shard, record: 0, pass: 0, path: [] },
    cursor: { kind: 'source', position: [1, 0, 0] },
    lane: record.lane,
    planned: record.planned,
    counts: record.counts,
    quarantine: record.quarantine,
    reasons: record.reasons,
    tallies: record.tallies,
    outputs: record.parts.map((part) => ({ url: layout.at(part.name), bytes: part.bytes, sha256: part.sha256, samples: part.samples })),
  };
}
