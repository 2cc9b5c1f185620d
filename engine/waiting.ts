/** Something that has begun and not ended. */
export interface Call {
  /** What it works on: `shards/00001.tar#17 (key 000017)`. */
  readonly what: string;
  /** Milliseconds since it began. */
  readonly ms: number;
}

/** What one stage of one lane is doing. */
export interface StageWaiting {
  readonly stage: string;
  readonly calls: readonly Call[];
  /** Elements that wait in front of the work. */
  readonly queued: number;
  /** It has work and does not begin it, because the run holds all that it may. */
  readonly atValve: boolean;
}

/** Answers what a stage is doing now; asked only when somebody wants to know. */
export type Probe = () => Omit<StageWaiting, 'stage'>;

/** The probes of one lane, in the order of its stages. */
export class LaneProbes {
  readonly #probes: (readonly [stage: string, probe: Probe])[] = [];

  add(stage: string, probe: Probe): void {
    this.#probes.push([stage, probe]);
  }

  waiting(): StageWaiting[] {
    return this.#probes.map(([stage, probe]) => ({ stage, ...probe() }));
  }
}

export interface LaneWaiting {
  /** `lane 3`, or the shard in a generation run. */
  readonly lane: string;
  /** Samples that are ready for the step, and how many it takes; undefined in a generation run. */
  readonly ready: readonly [have: number, need: number] | undefined;
  /** Nothing more is needed of this lane now. */
  readonly whole: boolean;
  readonly stages: readonly StageWaiting[];
}

/** What a run waits for at this moment. */
export interface Waiting {
  /** `step 12`, or `the run`. */
  readonly what: string;
  /** `making` it; `agreeing` with the other ranks whether there is such a step; `given`, and the next one not asked for: the run waits for its consumer. */
  readonly state: 'making' | 'agreeing' | 'given';
  readonly heldBytes: number;
  readonly budgetBytes: number;
  readonly lanes: readonly LaneWaiting[];
}

/** What a run waits for where it is not its own work. */
const OUTSIDE = {
  agreeing: 'is ready here and waits for the other ranks',
  given: 'was given, and the next was not asked for: the run waits for its consumer',
};

/** Lanes that are told one by one. */
const SHOWN = 8;

/** A report for people. The first line names the likeliest cause: of the lanes that are waited for, what has been going on for longest. */
export function waitingLines(waiting: Waiting): readonly string[] {
  const { what, state, lanes, heldBytes, budgetBytes } = waiting;
  const awaited = lanes.filter(({ whole }) => !whole);
  const held = `${megabytes(heldBytes)} held, the budget is ${megabytes(budgetBytes)}`;
  const lines = awaited.slice(0, SHOWN).flatMap(({ lane, ready, stages }) => [
    `  ${lane}${ready === undefined ? '' : `: ${ready[0]} of ${ready[1]} samples ready`}`,
    ...stages.map((stage) => `    ${stageText(stage)}`),
  ]);
  return [
    state === 'making' ? `${what} waits for ${causeOf(awaited, held)}` : `${what} ${OUTSIDE[state]}`,
    `  ${held}; ${awaited.length} of ${lanes.length} lanes are waited for`,
    ...lines,
    ...(awaited.length > SHOWN ? [`  and ${awaited.length - SHOWN} lanes more`] : []),
  ];
}

function causeOf(awaited: readonly LaneWaiting[], held: string): string {
  let cause: { readonly lane: string; readonly stage: string; readonly call: Call } | undefined;
  for (const { lane, stages } of awaited) {
    for (const { stage, calls } of stages) for (const call of calls) if (cause === undefined || call.ms > cause.call.ms) cause = { lane, stage, call };
  }
  if (cause !== undefined) return `${cause.lane}: ${cause.stage} has worked on ${cause.call.what} for ${seconds(cause.call.ms)}`;
  const closed = awaited.find(({ stages }) => stages.some(({ atValve }) => atValve));
  if (closed !== undefined) return `${closed.lane}: ${closed.stages.find(({ atValve }) => atValve)?.stage} waits for the valve, ${held}`;
  if (awaited.length === 0) return 'nothing: every lane is ready';
  return `${awaited[0]?.lane}: no stage says what it is doing, so an operator of the recipe may be holding it`;
}

function stageText({ stage, calls, queued, atValve }: StageWaiting): string {
  const oldest = calls.reduce<Call | undefined>((best, call) => (best === undefined || call.ms > best.ms ? call : best), undefined);
  const doing = oldest === undefined ? 'idle' : `${calls.length === 1 ? 'works' : `${calls.length} at work, the oldest`} on ${oldest.what} for ${seconds(oldest.ms)}`;
  return `${stage}: ${doing}${queued > 0 ? `, ${queued} queued` : ''}${atValve ? ', waits for the valve' : ''}`;
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
