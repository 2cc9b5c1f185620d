import { recordedRandom, type Draw } from '../kernels/recordedRandom.js';
import type { PlacedStage } from './pipeline.js';
import { originText, type Origin } from './sample.js';

/** A draw of a stage, from the random stream of (seed, stage, origin, salt). */
export interface StageDraw extends Draw {
  readonly salt: readonly (string | number)[];
}

/** What one stage drew from the random streams of one origin. */
export interface StageDraws {
  readonly stage: string;
  /** A sample's, or of a window its first sample's: it draws once for all of them. */
  readonly origin: Origin;
  /** The first 1000. */
  readonly draws: readonly StageDraw[];
  /** All of them. */
  readonly count: number;
}

const MAX_DRAWS = 1000;

/** Writes down what the stages of a run draw, while it runs. */
export class DrawLog {
  /** By origin, then by stage, in the order of the first draws. */
  readonly #entries = new Map<string, Map<string, StageDraws & { draws: StageDraw[]; count: number }>>();

  /** The same stage, whose draws are written down. */
  watch({ name, options, connect }: PlacedStage): PlacedStage {
    return {
      name,
      options,
      connect: (context) =>
        connect({ ...context, random: (origin, ...salt) => recordedRandom(context.random(origin, ...salt), (draw) => this.#add(name, origin, { ...draw, salt })) }),
    };
  }

  #add(stage: string, origin: Origin, draw: StageDraw): void {
    const text = originText(origin);
    const stages = this.#entries.get(text) ?? new Map<string, StageDraws & { draws: StageDraw[]; count: number }>();
    this.#entries.set(text, stages);
    const entry = stages.get(stage) ?? { stage, origin, draws: [], count: 0 };
    stages.set(stage, entry);
    entry.count += 1;
    if (entry.draws.length < MAX_DRAWS) entry.draws.push(draw);
  }

  /** What was drawn for a sample: for itself and before that for those that it is a child of. */
  of(origin: Origin): StageDraws[] {
    const line = [...origin.path, undefined].map((_, depth) => originText({ ...origin, path: origin.path.slice(0, depth) }));
    return line.flatMap((text) => [...(this.#entries.get(text)?.values() ?? [])]);
  }

  /** What one stage drew. */
  ofStage(stage: string): StageDraws[] {
    return [...this.#entries.values()].flatMap((stages) => stages.get(stage) ?? []);
  }
}
