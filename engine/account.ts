import { add128, hash128, hex128, parseHex128, type Hash128 } from '../kernels/hash.js';
import { isTombstone, originText, type Drop, type Element, type Origin, type Sample } from './sample.js';
import { Shares, type SavedShares } from './shares.js';

/**
 * How much of its record an origin stands for: 1 for an unexpanded sample, 1/n for one of n children. Over all leaves of a record the
 * shares add up to 1, so a record is complete exactly when its shares are.
 */
export function originShare(origin: Origin): number {
  let share = 1;
  for (const place of origin.path) share /= place.of;
  return share;
}

/**
 * How many samples this leaf adds to the count of records: every expansion is counted once, at its very first leaf. A leaf counts the
 * expansions in which it, and everything below, stands first.
 */
export function originExpansion(origin: Origin): number {
  let added = 0;
  for (let index = origin.path.length - 1; index >= 0; index -= 1) {
    const place = origin.path[index] as { index: number; of: number };
    if (place.index !== 0) break;
    added += place.of - 1;
  }
  return added;
}

export function originHash(origin: Origin): Hash128 {
  return hash128(originText(origin));
}

/** The origins that a delivered sample accounts for. */
export function membersOf(sample: Sample): readonly Origin[] {
  return sample.members ?? [sample.origin];
}

/** Everyone whom an element accounts for, each with its share of a record. */
export function elementShares(element: Element): (readonly [Origin, number])[] {
  if (!isTombstone(element)) return membersOf(element).map((origin) => [origin, originShare(origin)]);
  return element.dropped.flatMap((drop) =>
    Array.from({ length: drop.count }, (_, nth): readonly [Origin, number] => [dropOrigin(drop, nth), originShare(drop.origin)]),
  );
}

/** The origin of the `nth` record that a drop covers. */
export function dropOrigin(drop: Drop, nth: number): Origin {
  return nth === 0 ? drop.origin : { ...drop.origin, record: drop.origin.record + nth };
}

/** Counts of outcomes; see the conservation law: planned + expanded = delivered + filtered + quarantined + remainder. */
export interface OutcomeCounts {
  delivered: number;
  filtered: number;
  quarantined: number;
  expanded: number;
  /** Dropped without judgement: an incomplete last batch. */
  remainder: number;
}

export function noOutcomes(): OutcomeCounts {
  return { delivered: 0, filtered: 0, quarantined: 0, expanded: 0, remainder: 0 };
}

/** A ledger as JSON. */
export interface SavedLedger {
  readonly counts: OutcomeCounts;
  readonly reasons: Readonly<Record<string, number>>;
  readonly records: SavedShares;
  readonly hash: string;
  readonly recordHash: string;
}

/**
 * The ledger of one (epoch, extent): a bitmap of records whose outcome is committed, an additive 128-bit sum of their origins' hashes,
 * and counts. Order does not matter, so parts of it can be added up.
 */
export class Ledger {
  readonly counts: OutcomeCounts = noOutcomes();
  /** Per drop reason: `stage/reason` to count. */
  readonly reasons = new Map<string, number>();
  /** Shares of records, 1 when complete. */
  readonly shares = new Shares();
  #sum: Hash128 = [0, 0, 0, 0];
  #recordSum: Hash128 = [0, 0, 0, 0];

  /** Account for an element that reached its end: delivered, or dropped. */
  add(element: Element): void {
    if (isTombstone(element)) for (const drop of element.dropped) this.drop(drop);
    else for (const origin of membersOf(element)) this.deliver(origin);
  }

  deliver(origin: Origin): void {
    this.counts.delivered += 1;
    this.#addOrigin(origin);
  }

  drop(drop: Drop): void {
    this.counts[drop.kind] += drop.count;
    const reason = `${drop.stage}: ${drop.reason}`;
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + drop.count);
    for (let nth = 0; nth < drop.count; nth += 1) this.#addOrigin(dropOrigin(drop, nth));
  }

  #addOrigin(origin: Origin): void {
    const hash = originHash(origin);
    this.counts.expanded += originExpansion(origin);
    this.#sum = add128(this.#sum, hash);
    if (origin.path.length === 0) this.#recordSum = add128(this.#recordSum, hash);
    else if (origin.path.every(({ index }) => index === 0)) this.#recordSum = add128(this.#recordSum, originHash({ ...origin, path: [] }));
    this.shares.add(origin.record, originShare(origin));
  }

  /** Records below `planned` without a whole outcome, and records with more than one or beyond the plan. */
  judge(planned: number): { readonly missing: readonly number[]; readonly duplicates: readonly number[] } {
    const missing: number[] = [];
    const duplicates: number[] = [];
    for (let record = 0; record < planned; record += 1) if (this.shares.of(record) < 1) missing.push(record);
    for (const [record, share] of this.shares) if (record >= planned || share > 1) duplicates.push(record);
    return { missing, duplicates };
  }

  /** Hex of the additive sum over all outcomes. */
  get hash(): string {
    return hex128(this.#sum);
  }

  /** The same over records, each counted at its first leaf: the plan's sum, whatever was expanded, when each of those came out once. */
  get recordHash(): string {
    return hex128(this.#recordSum);
  }

  /** Base64 bitmap of complete records, record 0 in the lowest bit of the first byte. */
  bitmap(planned: number): string {
    return Buffer.from(this.shares.bitmap(planned)).toString('base64');
  }

  save(): SavedLedger {
    return { counts: { ...this.counts }, reasons: Object.fromEntries([...this.reasons].toSorted()), records: this.shares.save(), hash: this.hash, recordHash: this.recordHash };
  }

  addSaved({ counts, reasons, records, hash, recordHash }: SavedLedger): void {
    for (const name of Object.keys(this.counts) as (keyof OutcomeCounts)[]) this.counts[name] += counts[name];
    for (const [reason, count] of Object.entries(reasons)) this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + count);
    this.shares.addSaved(records);
    this.#sum = add128(this.#sum, parseHex128(hash));
    this.#recordSum = add128(this.#recordSum, parseHex128(recordHash));
  }
}

/** Of which epoch of which shard. */
export type Place = Pick<Origin, 'dataset' | 'shard' | 'pass'>;

/** Something for each epoch of each shard, made when it is first asked for. */
export class PerPlace<T> implements Iterable<readonly [Place, T]> {
  readonly #entries = new Map<string, readonly [Place, T]>();

  constructor(readonly make: () => T) {}

  of({ dataset, shard, pass }: Place): T {
    const name = `${dataset}\u0000${shard}\u0000${pass}`;
    let entry = this.#entries.get(name);
    if (entry === undefined) this.#entries.set(name, (entry = [{ dataset, shard, pass }, this.make()]));
    return entry[1];
  }

  [Symbol.iterator](): Iterator<readonly [Place, T]> {
    return this.#entries.values();
  }
}

/** Counts what a source hands out, apart from all outcomes. */
export class Plan {
  records = 0;
  #sum: Hash128 = [0, 0, 0, 0];

  add(origin: Origin): void {
    this.records += 1;
    this.#sum = add128(this.#sum, originHash(origin));
  }

  get hash(): string {
    return hex128(this.#sum);
  }
}
