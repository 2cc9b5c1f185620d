import { createHash } from 'node:crypto';
import { Plan } from '../engine/account.js';
import { UsageError } from '../engine/errors.js';
import { canonicalJson } from '../engine/json.js';
import { tarMembers } from '../formats/tar/tarMembers.js';
import { groupRecords } from '../formats/tar/webdataset.js';
import { SampleFault } from '../kernels/sampleFault.js';
import type { ObjectStore } from '../storage/objectStore.js';
import { parseMark, type LaneRecord, type MarkedPart } from './mark.js';
import { isPartOf, outputLayout, readIfThere, type OutputLayout } from './outputLayout.js';
import { readPlan, type SavedPlan } from './planFile.js';

/** One record of an input, counted again from the input itself. */
export interface RecountedRecord {
  readonly key: string;
}

export interface VerifyTarOptions {
  readonly store: ObjectStore;
  readonly signal: AbortSignal;
  /** Count the inputs again: the shards in order, and the records of each. undefined: the marks' own counts are taken. */
  readonly against?: {
    readonly shards: readonly { readonly shard: string; readonly bytes: number }[];
    records(index: number): AsyncIterable<RecountedRecord>;
  };
}

export interface Verification {
  /** What is wrong, one line each, with where; empty when the output is proven. */
  readonly differences: readonly string[];
  /** Objects that no mark vouches for: left by a kill, in nobody's way. */
  readonly unmarked: readonly string[];
  readonly lanes: number;
  readonly parts: number;
  readonly planned: number;
  readonly expanded: number;
  readonly delivered: number;
  readonly filtered: number;
  readonly quarantined: number;
  readonly remainder: number;
  readonly missing: number;
  readonly duplicates: number;
}

/**
 * Prove an output of writeTar: every lane of its plan has a mark that agrees with its own digest; every part that a mark lists has the bytes, the
 * digest and the samples that it says; every planned sample has exactly one outcome; with `against`, the plan counted again from the inputs
 * is the plan of the marks.
 *
 * @throws UsageError when there is no output of ours at `url`
 */
export async function verifyTar(url: string, options: VerifyTarOptions): Promise<Verification> {
  const { store } = options;
  const layout = outputLayout(url);
  const plan = await readPlan(store, layout);
  if (plan === undefined) throw new UsageError(`${layout.root} is no output of Millrace: there is no ${layout.plan}`);
  const differences: string[] = [];
  const sums = { lanes: 0, parts: 0, planned: 0, expanded: 0, delivered: 0, filtered: 0, quarantined: 0, remainder: 0, missing: 0, duplicates: 0 };
  const marked = new Set<string>();
  if (options.against !== undefined) compareInputs(plan, options.against.shards, differences);

  for (const extent of plan.extents) {
    options.signal.throwIfAborted();
    const markUrl = layout.mark(extent.index);
    marked.add(markUrl);
    const bytes = await readIfThere(store, markUrl);
    const mark = bytes === undefined ? 'it is not there: the lane is not finished' : parseMark(bytes);
    if (typeof mark === 'string') {
      differences.push(`${markUrl}: ${mark}`);
      continue;
    }
    const record = mark.millrace;
    const wrong = (what: string): void => void differences.push(`${markUrl}: ${what}`);
    if (record.fingerprint !== plan.fingerprint.digest) wrong('it was made by another recipe than the plan');
    if (record.lane !== extent.index || record.input.shard !== extent.shard) wrong(`it is the mark of lane ${record.lane} (${record.input.shard}), not of ${extent.shard}`);
    else if (canonicalJson({ ...record.input }) !== canonicalJson({ shard: extent.shard, bytes: extent.bytes, records: extent.records })) wrong('its input is not that of the plan');
    checkCounts(record, wrong, sums);
    sums.lanes += 1;
    let members = 0;
    const keys = new Set<string>();
    for (const part of record.parts) {
      if (!isPartOf(extent.index, part.name)) {
        wrong(`it lists ${JSON.stringify(part.name)}, which is no part of this lane`);
        continue;
      }
      marked.add(layout.at(part.name));
      sums.parts += 1;
      members += part.members;
      await checkPart(store, layout, part, keys, differences);
    }
    if (members !== record.counts.delivered) wrong(`its parts hold ${members} samples, it says ${record.counts.delivered} delivered`);
    if (options.against !== undefined && options.against.shards[extent.index] !== undefined) {
      await recount(record, extent, options.against.records(extent.index), keys, wrong);
    }
  }
  const unmarked: string[] = [];
  for await (const object of store.list(layout.root)) {
    if (!object.url.startsWith(`${layout.root}_millrace/`) && !marked.has(object.url)) unmarked.push(object.url);
  }
  return { differences, unmarked, ...sums };
}

type Sums = Omit<Verification, 'differences' | 'unmarked'>;

function checkCounts(record: LaneRecord, wrong: (what: string) => void, sums: { -readonly [K in keyof Sums]: number }): void {
  const { counts, planned } = record;
  sums.planned += planned;
  for (const name of ['expanded', 'delivered', 'filtered', 'quarantined', 'remainder'] as const) sums[name] += counts[name];
  const outcomes = counts.delivered + counts.filtered + counts.quarantined + counts.remainder;
  if (planned + counts.expanded !== outcomes) wrong(`${planned} planned + ${counts.expanded} expanded are not ${outcomes} outcomes`);
  const refused = record.quarantine.reduce((sum, drop) => sum + drop.count, 0);
  if (refused !== counts.quarantined) wrong(`its quarantine lists ${refused} samples, it counts ${counts.quarantined}`);
  const explained = Object.values(record.reasons).reduce((sum, count) => sum + count, 0);
  if (explained !== counts.filtered + counts.quarantined) wrong(`its reasons add up to ${explained}, it counts ${counts.filtered + counts.quarantined} filtered and quarantined`);
  const bitmap = Buffer.from(record.records, 'base64');
  if (bitmap.length !== Math.ceil(planned / 8)) return wrong(`its bitmap of records has ${bitmap.length} bytes for ${planned} planned records`);
  let missing = 0;
  for (let index = 0; index < planned; index += 1) if (((bitmap[index >> 3] ?? 0) & (1 << (index & 7))) === 0) missing += 1;
  if (missing > 0) wrong(`${missing} of ${planned} planned records have no outcome`);
  sums.missing += missing + Math.max(0, planned + counts.expanded - outcomes);
  const extra = Math.max(0, outcomes - planned - counts.expanded);
  sums.duplicates += extra;
  if (counts.expanded === 0 && record.plannedHash !== record.outcomeHash) wrong('the samples with an outcome are not the samples that were planned (their origins sum up differently)');
}

async function checkPart(store: ObjectStore, layout: OutputLayout, part: MarkedPart, keys: Set<string>, differences: string[]): Promise<void> {
  const url = layout.at(part.name);
  const hash = createHash('sha256');
  let bytes = 0;
  const hashed = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of store.read(url)) {
      hash.update(chunk);
      bytes += chunk.byteLength;
      yield chunk;
    }
  };
  const source = hashed();
  // Without `return`: the archive may end before the object does, and the rest belongs to the digest too.
  const archive = { [Symbol.asyncIterator]: () => ({ next: () => source.next() }) };
  let samples = 0;
  try {
    for await (const record of groupRecords(tarMembers(archive, { data: false }))) {
      if (record.fault !== undefined) differences.push(`${url}: byte ${record.byteOffset}: ${record.fault.message}`);
      else samples += 1;
      if (keys.has(record.key)) differences.push(`${url}: the key ${JSON.stringify(record.key)} stands in this lane twice`);
      keys.add(record.key);
    }
    for await (const _ of source) void _;
  } catch (error) {
    if (!(error instanceof SampleFault) && !isMissing(error)) throw error;
    differences.push(isMissing(error) ? `${url}: it is not there, though the lane's mark lists it` : `${url}: ${(error as Error).message}`);
    return;
  }
  if (bytes !== part.bytes) differences.push(`${url}: it has ${bytes} bytes, its mark says ${part.bytes}`);
  if (hash.digest('hex') !== part.sha256) differences.push(`${url}: its content is not what was written (sha256 differs from the mark)`);
  if (samples !== part.samples) differences.push(`${url}: it holds ${samples} samples, its mark says ${part.samples}`);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === 'not-found';
}

function compareInputs(plan: SavedPlan, shards: readonly { readonly shard: string; readonly bytes: number }[], differences: string[]): void {
  if (shards.length !== plan.extents.length) differences.push(`the input has ${shards.length} shards, the output was made of ${plan.extents.length}`);
  const base = (url: string): string => url.slice(url.lastIndexOf('/') + 1);
  for (const extent of plan.extents) {
    const shard = shards[extent.index];
    if (shard === undefined) continue;
    if (base(shard.shard) !== base(extent.shard)) differences.push(`shard ${extent.index} of the input is ${shard.shard}, the output was made of ${extent.shard}`);
    else if (shard.bytes !== extent.bytes) differences.push(`${shard.shard} has ${shard.bytes} bytes, the output was made of ${extent.bytes}`);
  }
}

async function recount(
  record: LaneRecord,
  extent: SavedPlan['extents'][number],
  records: AsyncIterable<RecountedRecord>,
  delivered: ReadonlySet<string>,
  wrong: (what: string) => void,
): Promise<void> {
  const plan = new Plan();
  const keys = new Set<string>();
  const [from, to] = extent.records ?? [0, Number.POSITIVE_INFINITY];
  let index = 0;
  for await (const { key } of records) {
    if (index >= to) break;
    if (index >= from) {
      plan.add({ dataset: record.source, shard: extent.shard, record: index, pass: 0, path: [] });
      keys.add(key);
    }
    index += 1;
  }
  if (plan.records !== record.planned) wrong(`the input has ${plan.records} records, the lane was planned with ${record.planned}`);
  else if (plan.hash !== record.plannedHash) wrong('the records of the input are not those that the lane was planned with');
  const strangers = [...delivered].filter((key) => !keys.has(key) && !keys.has(key.replace(/(_\d+)+$/, '')));
  if (strangers.length > 0) wrong(`${strangers.length} delivered keys are not in the input, such as ${JSON.stringify(strangers[0])}`);
}
