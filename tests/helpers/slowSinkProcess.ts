/**
 * One slow-sink run in a process of its own, because only a fresh heap gives a resident size that can be compared.
 *
 *   node --import=tsx tests/helpers/slowSinkProcess.ts '{"samples":3000,"marks":[300,3000],...}'
 *
 * Prints a SlowSinkReport as JSON.
 */
import { memoryUsage, resourceUsage } from 'node:process';
import { slowSinkRun, type SlowSinkOptions, type SlowSinkResult } from './slowSinkRun.js';

export interface SlowSinkReport extends SlowSinkResult {
  /** Resident bytes before the run. */
  readonly before: number;
  readonly marks: readonly {
    /** Samples done by then. */
    readonly done: number;
    /** Resident bytes at that moment. */
    readonly resident: number;
    /** Most resident bytes until then. */
    readonly peak: number;
  }[];
}

const { marks: wanted, budget, ...options } = JSON.parse(process.argv[2] as string) as Omit<SlowSinkOptions, 'onDone' | 'budget'> & {
  readonly marks: readonly number[];
  /** null: no valve (JSON has no Infinity). */
  readonly budget: number | null;
};

const before = memoryUsage.rss();
const marks: { done: number; resident: number; peak: number }[] = [];
const result = await slowSinkRun({
  ...options,
  budget: budget ?? Number.POSITIVE_INFINITY,
  onDone(done) {
    if (wanted.includes(done)) marks.push({ done, resident: memoryUsage.rss(), peak: resourceUsage().maxRSS * 1024 });
  },
});
const report: SlowSinkReport = { ...result, before, marks };
process.stdout.write(JSON.stringify(report));
