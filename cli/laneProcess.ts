import { laneRunner, type LaneRunner } from '../engine/laneRunner.js';
import { loadRecipe } from '../engine/loadRecipe.js';
import { parseParams } from '../engine/recipe.js';
import { plainError, type FromWorker, type ToWorker, type WorkerInit } from '../engine/workers/protocol.js';
import { sinkOf } from '../engine/generate.js';
import { createStores } from '../storage/stores.js';

const METER_EVERY_MS = 500;

/** The life of a lane process: get the recipe, run the lanes that the coordinator sends, tell their receipts and the meter. */
export function laneProcess(): void {
  let opened: Promise<LaneRunner> | undefined;
  let current = new AbortController();
  const tell = (message: FromWorker): void => {
    if (process.connected) process.send?.(message);
  };
  const meter = async (): Promise<void> => {
    const runner = await opened;
    if (runner !== undefined) tell({ type: 'meter', meter: runner.meter.snapshot(), rssBytes: process.resourceUsage().maxRSS * 1024 });
  };
  const timer = setInterval(() => void meter().catch(() => {}), METER_EVERY_MS);
  timer.unref();

  const open = async (init: WorkerInit): Promise<LaneRunner> => {
    const { recipe } = await loadRecipe(init.recipe);
    const pipe = recipe.build(parseParams(recipe, init.params));
    const stores = createStores();
    await sinkOf(pipe).sink.prepare(init.plan, { stores, signal: current.signal });
    return laneRunner(pipe, { seed: init.seed, stores, maxInFlightBytes: init.maxInFlightBytes, onBadSample: init.onBadSample });
  };

  process.on('message', (message: ToWorker) => {
    if (message.type === 'init') {
      opened = open(message.init);
      opened.catch(() => {});
    } else if (message.type === 'stop') current.abort();
    else {
      current = new AbortController();
      const { signal } = current;
      (opened as Promise<LaneRunner>)
        .then((runner) => runner.run(message.extent, signal))
        .then(
          async (result) => {
            await meter();
            tell({ type: 'done', result });
          },
          (error: unknown) => tell({ type: 'failed', error: plainError(error) }),
        );
    }
  });
  // The coordinator decides when to stop: Ctrl-C, `timeout` and schedulers signal the whole process group. Without a coordinator there is nothing to do.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
  process.on('disconnect', () => process.exit(0));
}
