import { hostname } from 'node:os';
import { exitCodes, messageOf } from '../engine/errors.js';
import { extentsOfPart, generate, sinkOf, type GenerationResult, type LaneExecutor, type Totals } from '../engine/generate.js';
import { laneRunner } from '../engine/laneRunner.js';
import type { MeterSnapshot } from '../engine/meter.js';
import { processPool } from '../engine/workers/processPool.js';
import { waitingLines } from '../engine/waiting.js';
import { openStores } from '../storage/openStores.js';
import type { StoreMeterSnapshot } from '../storage/remote/storeMeter.js';
import { storageOf, storageText } from './storageText.js';
import { exitCodeOf } from './exitCodeOf.js';
import { addGenerationOptions, generationSettings, parseBudget, parsePolicy, planFor } from './generation.js';
import { hangWatch } from './hangWatch.js';
import { secondsOf } from './streamRun.js';
import { durationText, type Command, type Io } from './io.js';
import { parser, parseRecipeArgs } from './options.js';
import { progressLine } from './progress.js';

/** What `--json` calls an error by its exit code; the others are 'failed'. */
const OUTCOMES: Readonly<Record<number, string>> = { [exitCodes.budgetExceeded]: 'budget exceeded', [exitCodes.stopped]: 'stopped' };

export const run: Command = {
  name: 'run',
  summary: 'run a recipe over all shards of its input and write a dataset; run it again to go on after a stop',
  async run(args, io) {
    const command = addGenerationOptions(
      parser('run', run.summary, [
        "millrace run pipelines/owl-st.ts --in 'shards/{00000..00127}.tar' --out out/owl-st --workers 0",
        "millrace run pipelines/owl-st.ts --in 'shards/*.tar' --out out/owl-st --part 3/16 --json",
      ], io),
    )
      .option('--on-bad-sample <skip|stop>', 'what to do with a sample at fault: quarantine it, or end the run', 'skip')
      .option('--bad-sample-budget <N|P%>', 'end the run (exit 3) when more samples are refused than this count or share')
      .option('--hang-after <SECONDS>', 'say what the run waits for when no shard was finished for so long; SIGQUIT asks at any time')
      .option('--single-runner', 'no other process writes to this output; needed on stores that cannot keep two apart')
      .option('--json', 'the last line on stdout is one JSON object');
    const { loaded, params, options, build } = await parseRecipeArgs(command, args);
    const settings = generationSettings(options);
    const onBadSample = parsePolicy(options.onBadSample as string);
    const budget = parseBudget(options.badSampleBudget as string | undefined);

    const began = performance.now();
    const startedAt = new Date();
    const singleRunner = options.singleRunner === true;
    const { stores, meter: storeMeter } = openStores({ singleRunner });
    const pipe = build();
    const sink = sinkOf(pipe).sink;
    const plan = await planFor(pipe, settings, loaded.digest, stores, io.signal);
    const lanes = extentsOfPart(plan.extents, settings.part).length;
    const workers = Math.min(settings.workers, lanes);
    const maxInFlightBytes = Math.floor(settings.maxInFlightBytes / workers);

    let executor: LaneExecutor;
    let meters: () => readonly MeterSnapshot[];
    let close: () => Promise<void>;
    let explain: () => readonly string[];
    const hangAfter = secondsOf('--hang-after', options.hangAfter);
    let workersRss = (): number => 0;
    let workersStorage = (): readonly StoreMeterSnapshot[] => [];
    if (workers === 1) {
      const runner = laneRunner(pipe, { seed: settings.seed, stores, maxInFlightBytes, onBadSample });
      executor = { concurrency: 1, run: (extent, signal) => runner.run(extent, signal) };
      explain = () => {
        const waiting = runner.waiting();
        return waiting === undefined ? ['no shard is being worked on at this moment'] : waitingLines(waiting);
      };
      meters = () => [runner.meter.snapshot()];
      close = () => runner.close();
    } else {
      const pool = processPool(new URL('laneProcess.mjs', import.meta.url), workers, {
        recipe: loaded.path, params, seed: settings.seed, maxInFlightBytes, onBadSample, plan, singleRunner, processes: workers,
      });
      executor = pool;
      explain = () => {
        pool.explain();
        return [`${workers} lane processes, each tells what it waits for:`];
      };
      meters = () => pool.meters();
      workersRss = () => pool.peakRssBytes;
      workersStorage = () => pool.storage();
      close = async () => {
        await pool.close();
        for (const placed of pipe.stages) await placed.options?.close?.();
      };
    }
    const watch = hangWatch(io, explain, hangAfter);
    const progress = progressLine(io, pipe.source.name, lanes, meters);
    const summaryOf = (soFar: GenerationResult) => ({
      outcome: soFar.totals.missing + soFar.totals.duplicates > 0 ? 'failed' : soFar.outcome,
      ...soFar.totals,
      shards: soFar.lanes,
      outputs: soFar.outputs.map((part) => part.url),
      reasons: soFar.reasons,
      tallies: soFar.tallies,
      seconds: Math.round((performance.now() - began) / 10) / 100,
      peakRssBytes: process.resourceUsage().maxRSS * 1024 + workersRss(),
      peakInFlightBytes: soFar.peakInFlightBytes,
      ...storageOf([storeMeter.snapshot(), ...workersStorage()]),
    });
    let result: GenerationResult;
    let failedWith: GenerationResult | undefined;
    try {
      result = await generate(pipe, plan, executor, {
        seed: settings.seed,
        stores,
        signal: io.signal,
        recipe: loaded.digest,
        onLane: (entry) => {
          watch.moved();
          progress.lane(entry);
        },
        onFailure: (soFar) => (failedWith = soFar),
        ...(settings.part === undefined ? {} : { part: settings.part }),
        ...(budget === undefined ? {} : { badSampleBudget: budget }),
      });
    } catch (error) {
      const code = exitCodeOf(error);
      if (options.json === true && failedWith !== undefined && code !== exitCodes.usage) {
        io.out(JSON.stringify({ ...summaryOf(failedWith), outcome: OUTCOMES[code] ?? 'failed', error: messageOf(error) }));
      }
      throw error;
    } finally {
      watch.end();
      progress.end();
      await close();
    }

    const summary = summaryOf(result);
    await sink.log(
      `${startedAt.toISOString().replace(/[:.]/g, '-')}-${process.pid}.json`,
      { ...summary, outputs: undefined, host: hostname(), startedAt: startedAt.toISOString(), workers, meters: meters() },
      { stores, signal: io.signal },
    );
    if (options.json === true) io.out(JSON.stringify(summary));
    else report(io, summary, sink.target);
    if (summary.outcome === 'failed') return exitCodes.failed;
    return result.outcome === 'stopped' ? exitCodes.stopped : exitCodes.complete;
  },
};

interface Summary extends Totals, Pick<GenerationResult, 'reasons' | 'tallies'> {
  readonly outcome: string;
  readonly shards: GenerationResult['lanes'];
  readonly seconds: number;
  readonly storage?: StoreMeterSnapshot;
}

function report(io: Io, summary: Summary, target: string): void {
  const { shards } = summary;
  io.out(`${summary.outcome}: ${shards.done} of ${shards.total} shards in ${target}${shards.reused > 0 ? ` (${shards.reused} were there before)` : ''}, ${durationText(summary.seconds)}`);
  io.out(
    `  ${summary.planned} planned + ${summary.expanded} expanded = ${summary.delivered} delivered + ${summary.filtered} filtered + ` +
      `${summary.quarantined} quarantined + ${summary.remainder} remainder; missing ${summary.missing}, duplicates ${summary.duplicates}`,
  );
  for (const [reason, count] of Object.entries(summary.reasons)) io.out(`  ${String(count).padStart(8)}  ${reason}`);
  for (const [stage, entries] of Object.entries(summary.tallies)) {
    for (const [name, count] of Object.entries(entries)) io.out(`  ${String(count).padStart(8)}  ${stage}: ${name}`);
  }
  if (summary.storage !== undefined) io.out(`  ${storageText(summary.storage)}`);
  if (summary.outcome === 'stopped') io.out('  stopped in order: run the same command again to go on');
}
