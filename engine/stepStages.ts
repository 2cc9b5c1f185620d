import { LawError, StageError } from './errors.js';
import type { Contribution, Step } from './lockstep.js';
import type { Meter } from './meter.js';
import type { PlacedStepStage } from './pipeline.js';
import { sampleLabel, withFields, type Sample } from './sample.js';
import { stepRandom, type StepStage, type StepTools } from './stage.js';
import type { LaneWaiting } from './waiting.js';
import type { RunKernel } from './workers/kernel.js';

export interface StepStagesOptions {
  readonly seed: number;
  readonly run: RunKernel;
  readonly signal: AbortSignal;
  readonly meter: Meter;
}

/** The stages after `batch` of a run. */
export interface StepStages {
  /**
   * The step as they leave it. Its samples, and no others, are changed; cursors and what was dropped stay.
   *
   * @throws StageError with the stage, the step and the lane, for an error of a stage; LawError when a stage loses or invents samples
   */
  apply(step: Step): Promise<Step>;
  /** The lanes whose samples are worked on at this moment. */
  waiting(): readonly LaneWaiting[];
}

/** Open the stages after `batch`: they work one after the other, each on all lanes side by side. */
export function stepStages(stages: readonly PlacedStepStage[], { seed, run, signal, meter }: StepStagesOptions): StepStages {
  const working = new Set<{ readonly stage: string; readonly lane: number; readonly what: string; readonly began: number }>();

  const contribute = async (name: string, work: NonNullable<StepStage['work']>, contribution: Contribution, tools: StepTools): Promise<Contribution> => {
    const { samples, lane } = contribution;
    if (samples.length === 0) return contribution;
    const where = `step ${tools.step}, lane ${lane}`;
    const call = { stage: name, lane, what: where, began: performance.now() };
    working.add(call);
    try {
      const fields = await located(name, where, () => work(samples, { ...tools, lane }));
      if (fields.length !== samples.length) {
        throw new LawError(`${name} at ${where}: gave ${fields.length} entries for ${samples.length} samples; after \`batch\` every sample stays, so drop samples before it`);
      }
      return { ...contribution, samples: samples.map((sample, place) => changed(name, where, sample, fields[place] as object)) };
    } finally {
      working.delete(call);
      meter.stage(name).busyMs += performance.now() - call.began;
    }
  };

  const applyStage = async ({ name, step: { shared, work } }: PlacedStepStage, { step, contributions, fields }: Step): Promise<Step> => {
    const tools: StepTools = { step, run, signal, random: (...salt) => stepRandom(seed, name, step, salt) };
    const counts = meter.stage(name);
    const count = contributions.reduce((sum, { samples }) => sum + samples.length, 0);
    counts.in += count;
    const where = `step ${step}`;
    const added = shared === undefined ? undefined : await located(name, where, () => shared(tools));
    let out = contributions;
    if (added !== undefined) out = out.map((entry) => ({ ...entry, samples: entry.samples.map((sample) => changed(name, where, sample, added)) }));
    if (work !== undefined) out = await Promise.all(out.map((entry) => contribute(name, work, entry, tools)));
    counts.out += count;
    return { step, contributions: out, ...(added === undefined && fields === undefined ? {} : { fields: { ...fields, ...added } }) };
  };

  return {
    async apply(step) {
      let out = step;
      for (const placed of stages) out = await applyStage(placed, out);
      return out;
    },
    waiting: () =>
      [...working].map(({ stage, lane, what, began }) => ({
        lane: `lane ${lane}`,
        ready: undefined,
        whole: false,
        stages: [{ stage, calls: [{ what, ms: performance.now() - began }], queued: 0, atValve: false }],
      })),
  };
}

async function located<T>(name: string, where: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new StageError(name, where, error);
  }
}

function changed(name: string, where: string, sample: Sample, fields: object): Sample {
  const out = withFields(sample, fields) as Sample;
  if (out.key !== sample.key || out.origin !== sample.origin || out.cursor !== sample.cursor || out.members !== sample.members) {
    throw new LawError(`${name} at ${where}: changed who ${sampleLabel(sample)} is; a stage after \`batch\` adds and replaces other fields only, in the order of the samples`);
  }
  return out;
}
