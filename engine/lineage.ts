import { add128, hex128, parseHex128, type Hash128 } from '../kernels/hash.js';
import { cursorDigest, type Block, type LaneBlock } from './block.js';
import type { Checkpoint } from './checkpoint.js';
import { serializeCursor } from './cursor.js';
import { sha256 } from './fingerprint.js';
import { canonicalJson } from './json.js';
import { startCursor } from './lane.js';

/** What the lineage is found by: a lane's block without its outcomes. */
export interface BlockLink {
  /** The block's name in the ledger. */
  readonly name: string;
  readonly lane: number;
  readonly fromStep: number;
  readonly toStep: number;
  /** Digests of the lane's cursor before and after. */
  readonly start: string;
  readonly end: string;
  /** Digest of the outcomes. */
  readonly content: string;
  /** Sum of the origins' hashes of the outcomes. */
  readonly sum: Hash128;
}

export interface Lineage {
  /** The blocks that lead from the start of each lane to the checkpoint; around a gap, those before and after it. */
  readonly surviving: ReadonlySet<BlockLink>;
  /** Gaps, and blocks that contradict each other: one line each, with lane and steps. */
  readonly differences: readonly string[];
}

export function linkOf(name: string, { fromStep, toStep }: Block, { lane, start, end, outcomes }: LaneBlock): BlockLink {
  const sum = outcomes.reduce<Hash128>((total, { hash }) => add128(total, parseHex128(hash)), [0, 0, 0, 0]);
  const content = sha256(outcomes.map(canonicalJson).toSorted().join('\n'));
  return { name, lane, fromStep, toStep, start, end, content, sum };
}

/**
 * Find the lineage that ends in a checkpoint: in each lane from block to block, each beginning in the state (the step, the digest of the
 * cursor) in which the one before ended. World sizes may change at every resume, since the chain is each lane's own. Where several chains lead
 * there, any will do: a run is deterministic, and blocks that say otherwise are differences, dead or not.
 */
export function findLineage(links: readonly BlockLink[], checkpoint: Pick<Checkpoint, 'step' | 'cursors'>): Lineage {
  const surviving = new Set<BlockLink>();
  const differences: string[] = [];
  const lanes = checkpoint.cursors.map((): BlockLink[] => []);
  for (const link of links) lanes[link.lane]?.push(link);
  for (const [lane, cursor] of checkpoint.cursors.entries()) {
    const own = (lanes[lane] as BlockLink[]).toSorted((a, b) => a.toStep - b.toStep);
    const { chain, gap } = findChain(own, { step: checkpoint.step, digest: cursorDigest(cursor) });
    for (const link of chain) surviving.add(link);
    if (gap !== undefined) differences.push(`lane ${lane}: ${gap}`);
    differences.push(...contradictions(own, gap === undefined ? chain : []).map((what) => `lane ${lane}: ${what}`));
  }
  return { surviving, differences };
}

interface State {
  readonly step: number;
  readonly digest: string;
}

/**
 * States that blocks lead to. A lane that gives something moves its cursor, so a later step with the same cursor is a lane that has ended: its
 * rank made no more blocks, and it is found in its last state.
 */
class States {
  readonly #via = new Map<string, BlockLink | undefined>();
  readonly #steps = new Map<string, number[]>();
  /** The latest of all. */
  last = 0;

  add({ step, digest }: State, via: BlockLink | undefined): void {
    const name = `${step} ${digest}`;
    if (this.#via.has(name)) return;
    this.#via.set(name, via);
    const steps = this.#steps.get(digest);
    if (steps === undefined) this.#steps.set(digest, [step]);
    else steps.push(step);
    this.last = Math.max(this.last, step);
  }

  has({ step, digest }: State): boolean {
    return this.#steps.get(digest)?.some((known) => known <= step) === true;
  }

  /** The block that led to a state; undefined at the start of the lane. */
  via({ step, digest }: State): BlockLink | undefined {
    const latest = this.#steps.get(digest)?.reduce((best, known) => (known <= step && known > best ? known : best), -1);
    return this.#via.get(`${latest} ${digest}`);
  }
}

const startOf = (link: BlockLink): State => ({ step: link.fromStep, digest: link.start });
const endOf = (link: BlockLink): State => ({ step: link.toStep, digest: link.end });
const laneStart: State = { step: 0, digest: cursorDigest(serializeCursor(startCursor)) };

/** @param links of one lane, in order of their last step: what leads to a block's start comes before it */
function findChain(links: readonly BlockLink[], head: State): { readonly chain: readonly BlockLink[]; readonly gap: string | undefined } {
  const reached = new States();
  reached.add(laneStart, undefined);
  for (const link of links) if (link.toStep <= head.step && reached.has(startOf(link))) reached.add(endOf(link), link);
  if (reached.has(head)) return { chain: walk(reached, head), gap: undefined };

  // A gap: what leads to the head on this side of it, and the longest chain on the other.
  const after: BlockLink[] = [];
  let edge = head;
  for (const link of links.toReversed()) {
    const end = endOf(link);
    if (end.digest !== edge.digest || end.step > edge.step) continue;
    after.unshift(link);
    edge = startOf(link);
  }
  const before = new States();
  before.add(laneStart, undefined);
  let last: BlockLink | undefined;
  for (const link of links) {
    if (link.toStep > edge.step || !before.has(startOf(link))) continue;
    before.add(endOf(link), link);
    last = link;
  }
  const gap = before.last === edge.step
    ? `the blocks before step ${edge.step} end in another state than ${after.length > 0 ? 'those after it begin with' : 'that of the checkpoint'}`
    : `no block of ${stepsText(before.last, edge.step)}: it is gone or damaged, or the run was without --ledger there`;
  return { chain: [...(last === undefined ? [] : walk(before, endOf(last))), ...after], gap };
}

function walk(states: States, head: State): BlockLink[] {
  const chain: BlockLink[] = [];
  for (let link = states.via(head); link !== undefined; link = states.via(startOf(link))) chain.unshift(link);
  return chain;
}

/** Blocks of one lane that cannot all be right: the samples of a step are a function of the recipe and the seed. */
function contradictions(links: readonly BlockLink[], chain: readonly BlockLink[]): readonly string[] {
  const found = new Set<string>();
  const tell = (what: string): void => void found.add(`the run was not deterministic: ${what}`);
  const states = new Map<number, { readonly digest: string; readonly name: string }>();
  const contents = new Map<string, BlockLink>();
  for (const link of links) {
    for (const { step, digest } of [startOf(link), endOf(link)]) {
      const other = states.get(step);
      if (other === undefined) states.set(step, { digest, name: link.name });
      else if (other.digest !== digest) tell(`${other.name} and ${link.name} have it in two states at step ${step}`);
    }
    const steps = `${link.fromStep} ${link.toStep}`;
    const twin = contents.get(steps);
    if (twin === undefined) contents.set(steps, link);
    else if (twin.content !== link.content) tell(`${twin.name} and ${link.name} have other outcomes for ${stepsText(link.fromStep, link.toStep)}`);
  }
  // A dead block from one step of the chain to another has to add up to what the chain has between them, however that is cut.
  let total: Hash128 = [0, 0, 0, 0];
  const sums = new Map<number, Hash128>([[0, total]]);
  for (const { toStep, sum } of chain) sums.set(toStep, (total = add128(total, sum)));
  for (const { name, fromStep, toStep, sum } of links) {
    const [from, to] = [sums.get(fromStep), sums.get(toStep)];
    if (from === undefined || to === undefined || hex128(add128(from, sum)) === hex128(to)) continue;
    tell(`${name} has other outcomes for ${stepsText(fromStep, toStep)} than the surviving lineage`);
  }
  return [...found];
}

export function stepsText(fromStep: number, toStep: number): string {
  return toStep - fromStep === 1 ? `step ${fromStep}` : `steps ${fromStep} to ${toStep - 1}`;
}
