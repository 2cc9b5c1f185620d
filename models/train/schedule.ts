import { checkInteger, checkNumber } from '../../engine/check.js';
import { UsageError } from '../../engine/errors.js';

/**
 * The learning rate's course, as shares of its peak. Each rises linearly over `warmupSteps` first.
 * - `constant`
 * - `cosine`: half a cosine down to 0 at `totalSteps`.
 * - `linear`: straight down to 0 at `totalSteps`.
 * - `inverseSqrt`: 1 / sqrt(1 + (step - warmupSteps) / timescale), in big_vision's shifted form (OWL-ST's timescale is 10 000: arXiv 2306.09683, A.6). Before
 *   `totalSteps` the last `cooldownSteps` go straight to 0; without totalSteps it goes on for ever.
 */
export type Schedule =
  | { readonly kind: 'constant'; readonly warmupSteps?: number }
  | { readonly kind: 'cosine' | 'linear'; readonly warmupSteps?: number; readonly totalSteps: number }
  | { readonly kind: 'inverseSqrt'; readonly warmupSteps?: number; readonly timescale?: number; readonly totalSteps?: number; readonly cooldownSteps?: number };

/** @throws UsageError when a number is out of range */
export function checkSchedule(schedule: Schedule): void {
  const { kind, warmupSteps = 0 } = schedule;
  if (!['constant', 'cosine', 'linear', 'inverseSqrt'].includes(kind)) throw new UsageError(`schedule: \`kind\` must be constant, cosine, linear or inverseSqrt, got ${String(kind)}`);
  checkInteger('schedule', 'warmupSteps', warmupSteps, 0);
  if (kind === 'constant') return;
  if (schedule.totalSteps !== undefined || kind !== 'inverseSqrt') checkInteger('schedule', 'totalSteps', schedule.totalSteps, warmupSteps + 1);
  if (kind !== 'inverseSqrt') return;
  checkNumber('schedule', 'timescale', schedule.timescale ?? 10_000, 1, 1e12);
  if (schedule.cooldownSteps === undefined) return;
  if (schedule.totalSteps === undefined) throw new UsageError('schedule: `cooldownSteps` needs `totalSteps`');
  checkInteger('schedule', 'cooldownSteps', schedule.cooldownSteps, 0, schedule.totalSteps);
}

/** The share of the peak rate that step `step` (from 0) takes. */
export function rateAt(schedule: Schedule, step: number): number {
  const { warmupSteps = 0 } = schedule;
  const rise = warmupSteps > 0 ? Math.min(1, step / warmupSteps) : 1;
  const after = Math.max(0, step - warmupSteps);
  switch (schedule.kind) {
    case 'constant':
      return rise;
    case 'cosine':
      return rise * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, after / (schedule.totalSteps - warmupSteps))));
    case 'linear':
      return rise * (1 - Math.min(1, after / (schedule.totalSteps - warmupSteps)));
    case 'inverseSqrt': {
      const { timescale = 10_000, totalSteps = Number.POSITIVE_INFINITY, cooldownSteps = 0 } = schedule;
      return (rise / Math.sqrt(1 + after / timescale)) * coolingAt(step, totalSteps - cooldownSteps, cooldownSteps);
    }
  }
}

/** 1 up to step `from`, then straight down to 0 over `steps`: `1 - (step - from) / steps` (specs/detection.md 2.2). */
export function coolingAt(step: number, from: number, steps: number): number {
  return step <= from ? 1 : Math.max(0, 1 - (step - from) / steps);
}
