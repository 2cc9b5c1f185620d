import { exitCodes, StoppedError, UsageError } from '../../engine/errors.js';
import { originAddress } from '../../engine/originAddress.js';
import type { Pipeline } from '../../engine/pipeline.js';
import { traceSamples, type Trace } from '../../engine/traceSamples.js';
import { nearestName } from '../../kernels/nearestName.js';
import { StoreError } from '../../storage/objectStore.js';
import { openStores } from '../../storage/openStores.js';
import type { Stores } from '../../storage/stores.js';
import type { Io } from '../io.js';
import { oneLine, safeJson } from '../oneLine.js';
import { parser, parseRecipeArgs } from '../options.js';
import { DEFAULT_LANES, wholeNumber } from '../streamRun.js';
import { stageRows, type StageRow } from './stageRows.js';

const SUMMARY = 'show what a recipe makes of its first samples, stage by stage, as pictures';

const HELP = `
The first records are read in the recipe's own order for this seed: of a streaming recipe one of each lane in turn, of a generation recipe those of its first
shards. They go through all stages as in a run, but a window (a shuffle, packing, mosaics) holds them alone, and stages after batch get what is left as one step.
The sink is not run: nothing is written but FILE.html and FILE.png, and a recipe's own --out may be left away.
In a row: + a field that was added, ~ changed, - removed; what a stage dropped, with the reason. Boxes are drawn over pictures, patches at their places (dropped
ones grey), packed sequences as a square a token, one colour an example (padding grey).`;

/** What `inspect RECIPE --preview` says; with `--json` as it is. */
export interface RecipePreviewReport {
  readonly recipe: string;
  readonly seed: number;
  /** The page, then the picture. */
  readonly files: readonly string[];
  /** Of the records that were read, as `replay --origin` takes them. */
  readonly records: readonly { readonly key: string; readonly origin: string }[];
  readonly stages: readonly { readonly stage: string; readonly out: number; readonly dropped: number; readonly note: string }[];
  /** The sink. */
  readonly notRun?: string;
}

/** `millrace inspect RECIPE --preview FILE`. */
export async function inspectRecipe(args: readonly string[], io: Io): Promise<number> {
  const command = parser('inspect', SUMMARY, [
    "millrace inspect pipelines/owl-st.ts --in 'shards/*.tar' --preview out/owl-st.html",
    "millrace inspect pipelines/vit.ts --in 'shards/*.tar' --preview out/vit.html --samples 4 --stages decodeImage,flipLeftRight",
  ], io)
    .addHelpText('after', HELP)
    .option('--preview <FILE>', 'draw the page FILE.html and the picture FILE.png')
    .option('--samples <INTEGER>', 'records to read, 1 to 64', '8')
    .option('--stages <NAMES>', 'show these stages only, joined by commas; all of them are run')
    .option('--seed <INTEGER>', 'seed of all randomness, as a run has it', '0')
    .option('--json', 'print one JSON object');
  const { loaded, options, build } = await parseRecipeArgs(command, args, { out: 'not-written' });
  const file = options.preview as string | undefined;
  if (file === undefined) throw new UsageError('inspect of a recipe draws what its stages make: say where to, with --preview FILE');
  const seed = wholeNumber('--seed', options.seed, 0, 2 ** 32 - 1);
  const records = wholeNumber('--samples', options.samples, 1, 64);
  const pipe = build();
  try {
    const shown = stagesOf(options.stages as string | undefined, pipe);
    const { stores } = openStores();
    const trace = await traceSamples(pipe, { seed, lanes: loaded.recipe.options.lanes ?? DEFAULT_LANES, records, stores, signal: io.signal });
    const all = stageRows(trace);
    const rows = all.filter(({ stage }) => shown === undefined || stage.split(', ').some((name) => shown.has(name)));
    const recipe = command.processedArgs[0] as string;
    const files = await drawRows(rows, trace, { file, title: `${oneLine(recipe, 200)}, seed ${seed}`, showAll: shown !== undefined, stores });
    report(io, options.json === true, {
      recipe,
      seed,
      files,
      records: trace.records.map(({ key, origin }) => ({ key, origin: originAddress(origin) })),
      stages: trace.stages.map(({ stage, out, dropped }, index) => ({ stage, out: out.length, dropped: dropped.reduce((sum, { count }) => sum + count, 0), note: all[index]?.note ?? '' })),
      ...(trace.notRun === undefined ? {} : { notRun: trace.notRun }),
    });
    return exitCodes.complete;
  } catch (error) {
    if (io.signal.aborted) throw new StoppedError('inspect was stopped; nothing was written', { cause: error });
    if (error instanceof StoreError && error.code !== 'transient') throw new UsageError(error.message, { cause: error });
    throw error;
  } finally {
    for (const placed of pipe.stages) await placed.options?.close?.();
  }
}

function stagesOf(text: string | undefined, pipe: Pipeline): ReadonlySet<string> | undefined {
  if (text === undefined) return undefined;
  const names = [pipe.source.name, ...pipe.stages.filter(({ options }) => options?.arity !== 'sink' && options?.arity !== 'batch').map(({ name }) => name)];
  const asked = text.split(',').map((name) => name.trim()).filter((name) => name !== '');
  const wrong = asked.find((name) => !names.includes(name));
  if (wrong === undefined && asked.length > 0) return new Set(asked);
  const near = wrong === undefined ? undefined : nearestName(wrong, names);
  throw new UsageError(`--stages: this recipe has no stage ${JSON.stringify(wrong ?? '')}${near === undefined ? '' : `, did you mean ${near}?`}; it has ${names.join(', ')}`);
}

/** Loaded when there is something to draw: the image library takes a while. */
async function drawRows(rows: readonly StageRow[], { records }: Trace, options: { readonly file: string; readonly title: string; readonly showAll: boolean; readonly stores: Stores }): Promise<readonly string[]> {
  const { drawStageRows } = await import('./drawStageRows.js');
  return drawStageRows(rows, records.map(({ key }, column) => `${column + 1}  ${oneLine(key, 60)}`), options);
}

function report(io: Io, json: boolean, found: RecipePreviewReport): void {
  if (json) io.out(safeJson(found));
  else {
    const lines = found.stages.map(({ stage, out, note }) => `  ${stage}: ${out}${note === '' ? '' : ` (${note})`}`);
    io.out([`preview of ${found.records.length} samples of ${found.recipe}: ${found.files.join(' and ')}`, ...lines, ...(found.notRun === undefined ? [] : [`  ${found.notRun}: not run`])].join('\n'));
  }
}
