import { randomBytes } from 'node:crypto';
import { Ledger, membersOf } from '../engine/account.js';
import { LawError, UsageError } from '../engine/errors.js';
import type { Receipt } from '../engine/receipt.js';
import { isTombstone, originLabel, type Drop, type Element } from '../engine/sample.js';
import type { LaneSink } from '../engine/sequentialSink.js';
import type { StageContext } from '../engine/stage.js';
import type { FieldCodec } from '../formats/fields.js';
import { StoreError, type ObjectStore } from '../storage/objectStore.js';
import { makeMark, markBytes, readMark, receiptOf, type Mark, type MarkedPart } from './mark.js';
import type { OutputLayout } from './outputLayout.js';
import { PartWriter } from './partWriter.js';

/** Writes one lane: parts, then the mark. */
export class LaneWriter implements LaneSink {
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
