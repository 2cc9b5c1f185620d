import { laneRunner, type LaneRunner } from '../engine/laneRunner.js';
import { loadRecipe } from '../engine/loadRecipe.js';
import { parseParams } from '../engine/recipe.js';
import { plainError, type FromWorker, type ToWorker, type WorkerInit } from '../engine/workers/protocol.js';
import { sinkOf } from '../engine/generate.js';
import { waitingLines } from '../engine/waiting.js';
import { printable } from './io.js';
import { openStores } from '../storage/openStores.js';
import { StoreMeter } from '../storage/remote/storeMeter.js';

const METER_EVERY_MS = 500;

/** The life of a lane process: get the recipe, run the lanes that the coordinator sends, tell their receipts and the meter. */
export function laneProcess(): void {
  let opened: Promise<LaneRunner> | undefined;
  let runner: LaneRunner | undefined;
  let storage = new StoreMeter();
  let current = new AbortController();
  const tell = (message: FromWorker): void => {
    if (process.connected) process.send?.(message);
  };
  const meter = (): void => {
    if (runner !== undefined) tell({ type: 'meter', meter: runner.meter.snapshot(), rssBytes: process.resourceUsage().maxRSS * 1024, storage: storage.snapshot() });
  };
  const timer = setInterval(meter, METER_EVERY_MS);
  timer.unref();

  const open = async (init: WorkerInit): Promise<LaneRunner> => {
    const { recipe } = await loadRecipe(init.recipe);
    const pipe = recipe.build(parseParams(recipe, init.params));
    const opening = openStores({ singleRunner: init.singleRunner ?? false, processes: init.processes ?? 1 });
    const { stores } = opening;
    storage = opening.meter;
    await sinkOf(pipe).sink.prepare(init.plan, { stores, signal: current.signal });
    return laneRunner(pipe, { seed: init.seed, stores, maxInFlightBytes: init.maxInFlightBytes, onBadSample: init.onBadSample });
  };

  /** On stderr, which the coordinator shares: its own isolate may be the one that hangs. */
  const explain = (): void => {
    const waiting = runner?.waiting();
    const lines = waiting === undefined ? [`lane process ${process.pid}: ${runner === undefined ? 'the recipe is being loaded' : 'no lane at work'}`] : waitingLines(waiting);
    for (const line of lines) process.stderr.write(`${printable(line)}\n`);
  };

  process.on('message', (message: ToWorker) => {
    if (message.type === 'init') {
      opened = open(message.init);
      opened.then((ready) => (runner = ready), () => {});
    } else if (message.type === 'stop') current.abort();
    else if (message.type === 'explain') explain();
    else {
      current = new AbortController();
      const { signal } = current;
      (opened as Promise<LaneRunner>)
        .then((ready) => ready.run(message.extent, signal))
        .then(
          (result) => {
            meter();
            tell({ type: 'done', result });
          },
          (error: unknown) => tell({ type: 'failed', error: plainError(error) }),
        );
    }
  });
  // The coordinator decides when to stop: Ctrl-C, `timeout` and schedulers signal the whole process group. Without a coordinator there is nothing to do.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGQUIT'] as const) process.on(signal, () => {});
  process.on('disconnect', () => process.exit(0));
}
