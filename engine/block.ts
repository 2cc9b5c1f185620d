import { Ledger, membersOf, PerPlace, type SavedLedger } from './account.js';
import type { Checkpoint } from './checkpoint.js';
import type { SerializedCursor } from './cursor.js';
import { sha256 } from './fingerprint.js';
import { canonicalJson } from './json.js';
import type { Contribution, Step } from './lockstep.js';
import type { Stream } from './stream.js';

const VERSION = 1;

/** The outcomes of one epoch of one shard in one block. */
export interface Outcomes extends SavedLedger {
  /** Path of the source, as in an origin. */
  readonly dataset: string;
  readonly shard: string;
  readonly epoch: number;
}

/** What one lane gave to the steps of a block, between two states of that lane. */
export interface LaneBlock {
  readonly lane: number;
  /** Digest of the lane's cursor before the first step. */
  readonly start: string;
  /** And after the last. */
  readonly end: string;
  readonly outcomes: readonly Outcomes[];
}

/** A piece of the ledger of a streaming run: what became of which records in the steps between two checkpoints, for the lanes of one rank. Plain JSON. */
export interface Block {
  readonly version: typeof VERSION;
  /** Digest of the run's fingerprint. */
  readonly fingerprint: string;
  /** Lanes of the run. */
  readonly lanes: number;
  /** Steps `[fromStep, toStep)`. */
  readonly fromStep: number;
  readonly toStep: number;
  readonly entries: readonly LaneBlock[];
}

/** Who a state of a lane is, 128 bits as hex. */
export function cursorDigest(cursor: SerializedCursor): string {
  return sha256(canonicalJson(cursor)).slice(0, 32);
}

/** Collects what the steps of a rank account for, and cuts it into blocks at its checkpoints. */
export interface BlockRecorder {
  add(step: Step): void;
  /**
   * The block up to the stream's latest step; the next one begins there. It belongs on disk *before* the checkpoint of that step: then no
   * checkpoint is without its blocks, and a block without its checkpoint is one of a dead lineage. undefined: no step since the last one.
   */
  cut(): Block | undefined;
}

/** Account for what a lane gave to a step. */
export function addContribution(to: PerPlace<Ledger>, { samples, dropped }: Contribution): void {
  for (const sample of samples) for (const origin of membersOf(sample)) to.of(origin).deliver(origin);
  for (const drop of dropped) to.of(drop.origin).drop(drop);
}

/** @param from where the stream was resumed, as it was given to `stream.steps` */
export function recordBlocks(stream: Pick<Stream, 'checkpoint' | 'ownLanes'>, from?: Checkpoint): BlockRecorder {
  const [first, end] = stream.ownLanes;
  let last: Pick<Checkpoint, 'step' | 'cursors'> = from === undefined ? stream.checkpoint() : { step: from.step, cursors: from.cursors.slice(first, end) };
  let lanes = fresh();
  return {
    add({ contributions }) {
      for (const entry of contributions) addContribution(lanes[entry.lane - first] as PerPlace<Ledger>, entry);
    },
    cut() {
      const now = stream.checkpoint();
      if (now.step === last.step) return undefined;
      const entries = lanes.map((ledgers, place): LaneBlock => ({
        lane: first + place,
        start: cursorDigest(last.cursors[place] as SerializedCursor),
        end: cursorDigest(now.cursors[place] as SerializedCursor),
        outcomes: [...ledgers].map(([{ dataset, shard, pass }, ledger]) => ({ dataset, shard, epoch: pass, ...ledger.save() })),
      }));
      const block: Block = { version: VERSION, fingerprint: now.fingerprint.digest, lanes: now.lanes, fromStep: last.step, toStep: now.step, entries };
      last = now;
      lanes = fresh();
      return block;
    },
  };

  function fresh(): PerPlace<Ledger>[] {
    return Array.from({ length: end - first }, () => new PerPlace(() => new Ledger()));
  }
}

/** What is wrong with a block as it was read; undefined when it is one. Its content is vouched for by its digest, so only the shape is looked at. */
export function blockFault(json: unknown): string | undefined {
  const block = json as Partial<Block> | null;
  if (typeof block !== 'object' || block === null || block.version !== VERSION) return `it is no block of version ${VERSION}`;
  const whole =
    typeof block.fingerprint === 'string' && Number.isSafeInteger(block.fromStep) && Number.isSafeInteger(block.toStep) && (block.fromStep as number) < (block.toStep as number) &&
    Array.isArray(block.entries) && block.entries.every((entry) => Number.isSafeInteger(entry?.lane) && typeof entry.start === 'string' && typeof entry.end === 'string' && Array.isArray(entry.outcomes));
  return whole ? undefined : 'it lacks its steps or its lanes';
}
