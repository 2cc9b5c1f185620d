/**
 * A slow sink behind a fast source: does memory stay where it is, whatever the length of the run?
 *
 *   npx tsx bench/slowSink.ts [runs]      default 5 runs, each about a minute
 *
 * Samples of 150 kB go through mapSample, keep, mapAsync and a shuffle window of 64 to a sink that waits 1 ms for each (`setTimeout`, so really
 * 1.1 ms and more), under a budget of 32 MiB. Each run is a process of its own. Two things are judged, and the process ends with 1 if one fails:
 *
 * - the most resident memory up to 30,000 samples over that up to 3,000, median of the runs: at most 1.10;
 * - payload bytes between source and sink, counted by these two and not by the engine: at most max(floors, budget) + one element.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { SlowSinkReport } from '../tests/helpers/slowSinkProcess.js';

const GOAL = 1.1;
const EARLY = 3_000;
const LATE = 30_000;
const options = { samples: LATE, sampleBytes: 150_000, sinkMs: 1, budget: 32 * 2 ** 20, window: 64, marks: [EARLY, LATE] };

const runs = Number(process.argv[2] ?? 5);
const child = fileURLToPath(new URL('../tests/helpers/slowSinkProcess.ts', import.meta.url));
const mega = (bytes: number): string => (bytes / 1e6).toFixed(1).padStart(9);
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

process.stdout.write(`MB        start  at ${EARLY} at ${LATE}   peak to ${EARLY}  to ${LATE}  ratio  held most    bound  seconds\n`);
const ratios: number[] = [];
let withinBound = true;
for (let run = 0; run < runs; run += 1) {
  const began = performance.now();
  const report = JSON.parse(execFileSync(process.execPath, ['--import=tsx', child, JSON.stringify(options)], { encoding: 'utf8' })) as SlowSinkReport;
  const [early, late] = report.marks;
  if (early?.done !== EARLY || late?.done !== LATE || report.heldAtEnd !== 0) throw new Error(`the run is not whole: ${JSON.stringify(report)}`);
  const ratio = late.peak / early.peak;
  ratios.push(ratio);
  withinBound &&= report.heldPeak <= report.bound;
  process.stdout.write(
    `run ${run + 1} ${mega(report.before)}${mega(early.resident)} ${mega(late.resident)}       ${mega(early.peak)} ${mega(late.peak)}  ${ratio.toFixed(3)}  ` +
      `${mega(report.heldPeak)}${mega(report.bound)}  ${((performance.now() - began) / 1000).toFixed(0).padStart(7)}\n`,
  );
}
const grown = median(ratios);
process.stdout.write(`growth ${grown.toFixed(3)} (median; goal ${GOAL}): ${grown <= GOAL ? 'holds' : 'FAILS'}; bytes held within their bound: ${withinBound ? 'holds' : 'FAILS'}\n`);
process.exitCode = grown <= GOAL && withinBound ? 0 : 1;
