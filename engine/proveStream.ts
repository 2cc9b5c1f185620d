import { add128, hex128, type Hash128 } from '../kernels/hash.js';
import { Ledger, noOutcomes, originHash, PerPlace, type OutcomeCounts, type Place } from './account.js';
import { addContribution, type Block } from './block.js';
import { openCheckpoint, type Checkpoint } from './checkpoint.js';
import { dealSource } from './deal.js';
import { canonicalJson } from './json.js';
import { findLineage, linkOf, type BlockLink } from './lineage.js';
import type { Pipeline } from './pipeline.js';
import { readLane } from './read.js';
import type { Sample } from './sample.js';
import { Shares } from './shares.js';
import { START, type Extent, type Source, type SourceTools } from './source.js';
import type { Stream } from './stream.js';

/** A block as it was read, or what is wrong with it. */
export interface NamedBlock {
  readonly name: string;
  readonly block: Block | string;
}

export interface ProveStreamOptions {
  readonly pipe: Pipeline;
  /** Of rank 0 of 1, with the recipe, seed and lanes of the checkpoint. */
  readonly stream: Stream;
  /** With all lanes: the end of the lineage that is judged. */
  readonly checkpoint: Checkpoint;
  /** The blocks of the ledger, in any order; read twice. */
  readonly blocks: () => AsyncIterable<NamedBlock>;
  readonly tools: SourceTools;
  /** Continue a finite stream that has not ended to its end, without keeping anything, to see whether all that is open still comes. @default true */
  readonly dryRun?: boolean;
}

export interface StreamProof extends OutcomeCounts {
  /** What is wrong, one line each, with where; empty when the stream is proven. */
  readonly differences: readonly string[];
  /** Steps of the lineage. */
  readonly step: number;
  /** `ended`: all of a finished stream; `continued`: an unfinished one, by a dry run to its end; `so far`: the steps made. */
  readonly judged: 'ended' | 'continued' | 'so far';
  /** Records of the inputs in all epochs; of an endless input, in the epochs that were begun. */
  readonly planned: number;
  /** Records without a whole outcome yet. */
  readonly open: number;
  /** Records that a mixture left unread when it ended with its first input. */
  readonly notReached: number;
  readonly missing: number;
  readonly duplicates: number;
  readonly reasons: Readonly<Record<string, number>>;
  /** Blocks of single lanes: on the surviving lineage; of dead ones; of other recipes. Whole files that are damaged. */
  readonly blocks: { readonly surviving: number; readonly dead: number; readonly foreign: number; readonly damaged: number };
}

/**
 * Prove that a streaming run was exactly-once: the lineage that survived every kill, roll-back and change of world size has, for each record of
 * the inputs in each epoch, one whole outcome. The plan is counted again from the inputs, apart from dealing, lanes and windows.
 *
 * An unfinished stream is continued to its end where that is finite (`dryRun`); else the records that its lanes have read and will not read
 * again must have an outcome, and the others are open.
 *
 * @throws FingerprintError when the checkpoint is not of this stream; StoreError for inputs that cannot be read
 */
export async function proveStream({ pipe, stream, checkpoint, blocks, tools, dryRun = true }: ProveStreamOptions): Promise<StreamProof> {
  openCheckpoint(checkpoint, stream.fingerprint);
  const differences: string[] = [];
  const survived = new PerPlace(() => new Ledger());
  const counted = await addLineage(blocks, stream, checkpoint, survived, differences);

  const judged = checkpoint.ended === true ? 'ended' : dryRun && isFiniteSource(pipe.source) ? 'continued' : 'so far';
  const all = judged === 'continued' ? await addRest(stream, checkpoint, survived) : survived;
  const leaves = leavesOf(pipe.source, stream.extents);
  const read = judged === 'so far' || leaves.some((leaf) => leaf.mayStayUnread) ? await readAgain(pipe.source, stream, checkpoint, judged === 'so far', tools, differences) : undefined;
  const plan = await recount(leaves, [...all, ...(read ?? [])].map(([place]) => place), tools, differences);
  for (const [place] of all) plan.of(place);

  const sums = { planned: 0, open: 0, notReached: 0, missing: 0, duplicates: 0 };
  for (const [place, { records, leaf }] of plan) {
    // Which records must have an outcome by now, and which may have one.
    const must = read !== undefined && (judged === 'so far' || leaf?.mayStayUnread === true) ? read.of(place) : records;
    const may = judged === 'so far' ? records : must;
    const [now, inTheEnd] = [survived.of(place).shares, all.of(place)];
    const missing: number[] = [];
    for (const [record] of records) {
      sums.planned += 1;
      if (must.of(record) > 0 && inTheEnd.shares.of(record) < 1) missing.push(record);
      else if (now.of(record) < 1) sums[may.of(record) > 0 ? 'open' : 'notReached'] += 1;
    }
    const duplicates = [...inTheEnd.shares].flatMap(([record, share]) => (share > 1 || may.of(record) === 0 ? [record] : []));
    sums.missing += missing.length;
    sums.duplicates += duplicates.length;
    if (missing.length > 0) differences.push(`${placeText(place)}: missing: ${recordsText(missing)}`);
    if (duplicates.length > 0) differences.push(`${placeText(place)}: more than once, or not in the plan: ${recordsText(duplicates)}`);
    else if (inTheEnd.shares.even && hashOf(place, inTheEnd.shares) !== inTheEnd.recordHash) {
      differences.push(`${placeText(place)}: some samples came out under the origin of another (the origins sum up differently)`);
    }
  }
  if (judged !== 'so far' && sums.missing === 0 && sums.duplicates === 0) {
    const { delivered, filtered, quarantined, expanded } = totalOf(all).counts;
    const [due, outcomes] = [sums.planned - sums.notReached + expanded, delivered + filtered + quarantined];
    if (due !== outcomes) differences.push(`${due} samples, planned and by expansion, are not ${outcomes} outcomes`);
  }
  const { counts, reasons } = totalOf(survived);
  return { differences, step: checkpoint.step, judged, ...sums, ...counts, reasons: Object.fromEntries([...reasons].toSorted()), blocks: counted };
}

/** What survived, and what a dry run to the end of the stream gives in addition. */
async function addRest(stream: Stream, checkpoint: Checkpoint, survived: PerPlace<Ledger>): Promise<PerPlace<Ledger>> {
  const all = new PerPlace(() => new Ledger());
  for (const [place, ledger] of survived) all.of(place).addSaved(ledger.save());
  for await (const { contributions } of stream.steps(checkpoint)) for (const entry of contributions) addContribution(all, entry);
  return all;
}

/** Add up the blocks of the surviving lineage. */
async function addLineage(
  blocks: ProveStreamOptions['blocks'],
  stream: Stream,
  checkpoint: Checkpoint,
  to: PerPlace<Ledger>,
  differences: string[],
): Promise<StreamProof['blocks']> {
  const links: BlockLink[] = [];
  let [foreign, damaged] = [0, 0];
  for await (const { name, block } of blocks()) {
    if (typeof block === 'string') {
      damaged += 1;
      differences.push(`${name}: ${block}`);
    } else if (block.fingerprint !== stream.fingerprint.digest) foreign += block.entries.length;
    else links.push(...block.entries.map((entry) => linkOf(name, block, entry)));
  }
  const lineage = findLineage(links, checkpoint);
  differences.push(...lineage.differences);
  const surviving = new Set([...lineage.surviving].map(({ name, lane }) => `${lane} ${name}`));
  for await (const { name, block } of blocks()) {
    if (typeof block === 'string') continue;
    for (const { lane, outcomes } of block.entries) {
      if (!surviving.has(`${lane} ${name}`)) continue;
      for (const { dataset, shard, epoch, ...ledger } of outcomes) to.of({ dataset, shard, pass: epoch }).addSaved(ledger);
    }
  }
  return { surviving: surviving.size, dead: links.length - surviving.size, foreign, damaged };
}

/** A source that reads extents itself, at its place in the pipeline. */
interface Leaf {
  readonly path: string;
  readonly source: Source<Sample>;
  readonly extents: readonly Extent[];
  /** A mixture that it stands in may end before it. */
  readonly mayStayUnread: boolean;
}

function leavesOf(source: Source<Sample>, extents: readonly Extent[], path = source.name, mayStayUnread = false): readonly Leaf[] {
  if (source.inputs === undefined) return [{ path, source, extents, mayStayUnread }];
  return source.inputs.flatMap((input, place) => {
    const own = extents.filter((extent) => extent.input?.[0] === place).map((extent) => ({ ...extent, input: extent.input?.slice(1) ?? [] }));
    return leavesOf(input, own, `${path}/${place}/${input.name}`, mayStayUnread || source.endsWithFirst === true);
  });
}

function isFiniteSource(source: Source<Sample>): boolean {
  if (source.inputs === undefined) return Number.isFinite(source.epochs ?? 1);
  return source.endsWithFirst === true ? source.inputs.some(isFiniteSource) : source.inputs.every(isFiniteSource);
}

interface Planned {
  /** undefined: no source of this recipe has such a shard in such an epoch. */
  leaf: Leaf | undefined;
  records: Shares;
}

/** The records of every epoch, counted from the extents themselves; of an endless source, in the epochs that `begun` speaks of. */
async function recount(leaves: readonly Leaf[], begun: readonly Place[], tools: SourceTools, differences: string[]): Promise<PerPlace<Planned>> {
  const plan = new PerPlace<Planned>(() => ({ leaf: undefined, records: new Shares() }));
  for (const leaf of leaves) {
    const shards = new Map<string, Shares>();
    for (const extent of leaf.extents) {
      const records = shards.get(extent.shard) ?? new Shares();
      shards.set(extent.shard, records);
      for await (const { record } of leaf.source.open(extent, START, tools)) {
        tools.signal.throwIfAborted();
        if (records.of(record) > 0) differences.push(`${leaf.path} ${extent.shard}: the plan has record ${record} twice`);
        else records.add(record, 1);
      }
    }
    let { epochs = 1 } = leaf.source;
    if (epochs === Number.POSITIVE_INFINITY) epochs = begun.reduce((most, { dataset, pass }) => (dataset === leaf.path ? Math.max(most, pass + 1) : most), 0);
    for (let pass = 0; pass < epochs; pass += 1) {
      for (const [shard, records] of shards) Object.assign(plan.of({ dataset: leaf.path, shard, pass }), { leaf, records });
    }
  }
  return plan;
}

/** What the lanes read, to their ends or to where the checkpoint resumes them: from there on a record comes again, and none before. */
async function readAgain(source: Source<Sample>, stream: Stream, { seed, cursors }: Checkpoint, toCheckpoint: boolean, tools: SourceTools, differences: string[]): Promise<PerPlace<Shares>> {
  const read = new PerPlace(() => new Shares());
  const schedule = dealSource(source, stream.extents, { lanes: cursors.length, seed });
  for (const [lane, [position]] of cursors.entries()) {
    if (toCheckpoint && position === null) continue;
    const until = toCheckpoint ? canonicalJson(position) : undefined;
    let passed = false;
    for await (const record of readLane(source, { schedule: schedule(lane), from: null, tools })) {
      tools.signal.throwIfAborted();
      read.of(record.origin).add(record.origin.record, 1);
      passed = canonicalJson(record.position) === until;
      if (passed) break;
    }
    if (toCheckpoint && !passed) differences.push(`lane ${lane}: the checkpoint resumes it at ${canonicalJson(position)}, which its source never comes by`);
  }
  return read;
}

/** The sum over whole records, as `Ledger.recordHash` has it over outcomes. */
function hashOf(place: Place, records: Shares): string {
  let sum: Hash128 = [0, 0, 0, 0];
  for (const [record] of records) sum = add128(sum, originHash({ ...place, record, path: [] }));
  return hex128(sum);
}

function totalOf(ledgers: Iterable<readonly [Place, Ledger]>): { readonly counts: OutcomeCounts; readonly reasons: ReadonlyMap<string, number> } {
  const counts = noOutcomes();
  const reasons = new Map<string, number>();
  for (const [, ledger] of ledgers) {
    for (const name of Object.keys(counts) as (keyof OutcomeCounts)[]) counts[name] += ledger.counts[name];
    for (const [reason, count] of ledger.reasons) reasons.set(reason, (reasons.get(reason) ?? 0) + count);
  }
  return { counts, reasons };
}

function placeText({ dataset, shard, pass }: Place): string {
  return `${dataset} ${shard}, epoch ${pass}`;
}

function recordsText(records: readonly number[]): string {
  const some = records.slice(0, 5).join(', ');
  return records.length === 1 ? `record ${some}` : `${records.length} records (${some}${records.length > 5 ? ', ...' : ''})`;
}
