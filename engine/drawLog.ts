import { recordedRandom, type Draw } from '../kernels/recordedRandom.js';
import type { PlacedStage } from './pipeline.js';
import { originText, type Origin } from './sample.js';
import type { StepStage, StepTools } from './stage.js';

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

/** What one stage after `batch` drew for one step. */
export interface StepDraws {
  readonly stage: string;
  /** The first 1000. */
  readonly draws: readonly StageDraw[];
  /** All of them. */
  readonly count: number;
}

const MAX_DRAWS = 1000;

/** Draws as they come in. */
interface Drawn {
  readonly draws: StageDraw[];
  count: number;
}

/** Writes down what the stages of a run draw, while it runs. */
export class DrawLog {
  /** By origin, then by stage, in the order of the first draws. */
  readonly #entries = new Map<string, Map<string, StageDraws & Drawn>>();
  /** Of stages after `batch`: by step, then by stage and lane; without a lane for what is drawn for the whole step. */
  readonly #steps = new Map<number, { readonly stage: string; readonly lane: number | undefined; readonly drawn: Drawn }[]>();

  /** The same stage, whose draws are written down. */
  watch({ name, options, connect }: PlacedStage): PlacedStage {
    return {
      name,
      options: options?.step === undefined ? options : { ...options, step: this.#watchStep(name, options.step) },
      connect: (context) =>
        connect({ ...context, random: (origin, ...salt) => recordedRandom(context.random(origin, ...salt), (draw) => this.#add(name, origin, { ...draw, salt })) }),
    };
  }

  #watchStep(stage: string, { shared, work, ...rest }: StepStage): StepStage {
    const recorded = <T extends StepTools>(tools: T, lane?: number): T => ({
      ...tools,
      random: (...salt: readonly (string | number)[]) => recordedRandom(tools.random(...salt), (draw) => append(this.#ofStep(tools.step, stage, lane), { ...draw, salt })),
    });
    return {
      ...rest,
      ...(shared === undefined ? {} : { shared: (tools) => shared(recorded(tools)) }),
      ...(work === undefined ? {} : { work: (samples, tools) => work(samples, recorded(tools, tools.lane)) }),
    };
  }

  #add(stage: string, origin: Origin, draw: StageDraw): void {
    const text = originText(origin);
    const stages = this.#entries.get(text) ?? new Map<string, StageDraws & Drawn>();
    this.#entries.set(text, stages);
    const entry = stages.get(stage) ?? { stage, origin, draws: [], count: 0 };
    stages.set(stage, entry);
    append(entry, draw);
  }

  #ofStep(step: number, stage: string, lane: number | undefined): Drawn {
    const entries = this.#steps.get(step) ?? [];
    this.#steps.set(step, entries);
    let entry = entries.find((other) => other.stage === stage && other.lane === lane);
    if (entry === undefined) entries.push((entry = { stage, lane, drawn: { draws: [], count: 0 } }));
    return entry.drawn;
  }

  /** What the stages after `batch` drew for one lane's share of a step, draws for the whole step included. */
  ofStep(step: number, lane: number): StepDraws[] {
    return (this.#steps.get(step) ?? []).filter((entry) => entry.lane === undefined || entry.lane === lane).map(({ stage, drawn }) => ({ stage, ...drawn }));
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

function append(drawn: Drawn, draw: StageDraw): void {
  drawn.count += 1;
  if (drawn.draws.length < MAX_DRAWS) drawn.draws.push(draw);
}
