import { checkNumber } from '../../engine/check.js';
import { UsageError } from '../../engine/errors.js';
import { mapSample } from '../../engine/mapSample.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { drawDropRate, keptTokens, type DropRate } from '../../kernels/drawDropRate.js';
import { drawSubset } from '../../kernels/drawSubset.js';
import type { Patches } from '../../kernels/patches.js';
import { highestPlaces, patchVariances } from '../../kernels/patchVariances.js';
import type { Random } from '../../kernels/random.js';
import { SampleFault } from '../../kernels/sampleFault.js';
import { takePatches } from '../../kernels/takePatches.js';
import type { Patched } from './patchify.js';
import type { Planned } from './planTokens.js';

interface ChoosingOptions {
  /** Which ones. `lowestVariance`: those with the least mean pixel variance (OWL-ST, specs/detection.md). @default 'random', as NaViT */
  readonly choose?: 'random' | 'lowestVariance';
  /** With `lowestVariance`: noise, uniform from 0 to this on pixels of 0 to 1, that is added to choose and nothing else. @default 0.01, of OWL-ST (arXiv 2306.09683 appendix A.5) */
  readonly noise?: number;
  /** With `lowestVariance`: what the patches hold, as it is scaled to 0 to 1. @default [0, 255] for bytes, [-1, 1] for floats */
  readonly range?: readonly [low: number, high: number];
  /** The stage's name, where it stands more than once in a pipeline. @default 'dropTokens' */
  readonly name?: string;
}

export interface DropTokensOptions extends ChoosingOptions {
  /** How large a share is dropped: `fixed(0.5)`, `beta({ mean, max })`, `byResolution({ rates, tokens })` or `scheduled({ mu, tau, imagesPerEpoch })`. */
  readonly rate: DropRate;
}

/** As many are kept as the sample's `tokenPlan` says; which ones is still chosen here. */
export interface DropAsPlannedOptions extends ChoosingOptions {
  readonly planned: true;
}

/**
 * Keep a part of each picture's `patches`, in their order and with their places in the grid. What is drawn is drawn by (seed, stage, origin), so anew in each epoch.
 * Of n tokens round(n (1 - rate)) stay, and one at least. The rates are those of NaViT (specs/vision-language.md 2.1).
 *
 * ```ts
 * dropTokens({ rate: beta({ mean: 0.5, max: 0.9 }) })                          // NaViT
 * dropTokens({ rate: fixed(0.5), choose: 'lowestVariance' })                   // OWL-ST
 * dropTokens({ planned: true })                                                // as many as `planTokens` drew before the picture was decoded
 * ```
 *
 * Patches of another grid than their plan's go to quarantine, `patches-not-as-planned`.
 *
 * @throws UsageError when an option is out of range
 */
export function dropTokens<S extends Sample & Patched & Planned>(options: DropAsPlannedOptions): Stage<S, With<S, Patched> & Sample>;
export function dropTokens<S extends Sample & Patched>(options: DropTokensOptions): Stage<S, With<S, Patched> & Sample>;
export function dropTokens<S extends Sample & Patched & Planned>(options: DropAsPlannedOptions | DropTokensOptions): Stage<S, With<S, Patched> & Sample> {
  const { choose = 'random', noise = 0.01, range, name = 'dropTokens' } = options;
  if (!['random', 'lowestVariance'].includes(choose)) throw new UsageError(`${name}: \`choose\` must be random or lowestVariance, got ${String(choose)}`);
  checkNumber(name, 'noise', noise, 0, 1);
  if (range !== undefined && !(range[0] < range[1])) throw new UsageError(`${name}: \`range\` must be two numbers, the second larger, got ${range.join()}`);
  const rangeOf = (patches: Patches): readonly [number, number] => range ?? (patches.data instanceof Uint8Array ? [0, 255] : [-1, 1]);
  const keptOf = 'planned' in options ? plannedCount : drawnCount(options.rate);
  const many = 'planned' in options ? { planned: true } : { rate: options.rate };
  return mapSample<S, Patched>(
    name,
    (sample, tools) => {
      const { patches } = sample;
      const random = tools.random();
      const kept = keptOf(sample, random);
      if (kept >= patches.count) return { patches };
      const added = noise === 0 ? undefined : { random: tools.random('noise'), amount: noise };
      const places = choose === 'random' ? drawSubset(random, kept, patches.count) : highestPlaces(patchVariances(patches, rangeOf(patches), added), kept);
      return { patches: takePatches(patches, places) };
    },
    choose === 'random' ? { ...many, choose } : { ...many, choose, noise, range },
  );
}

function drawnCount(rate: DropRate): (sample: Sample & Patched, random: Random) => number {
  return ({ patches: { count }, origin }, random) => keptTokens(count, drawDropRate(random, rate, { tokens: count, epoch: origin.pass }));
}

function plannedCount({ patches: { grid, count }, tokenPlan }: Patched & Planned): number {
  const [rows, columns] = tokenPlan.grid;
  if (grid[0] === rows && grid[1] === columns && count === rows * columns) return tokenPlan.kept;
  throw new SampleFault(
    'patches-not-as-planned',
    `${count} patches of a grid of ${grid.join(' x ')}, and ${rows} x ${columns} are planned; ` +
      '`patchify` needs the `patchSize` of `planTokens`, behind `resizeToTokens({ planned: true })`',
  );
}
