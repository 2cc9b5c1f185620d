import { checkInteger, checkNumber } from '../../engine/check.js';
import { UsageError } from '../../engine/errors.js';
import { aspectGrid, sideOf, type GridRounding } from '../../kernels/aspectGrid.js';
import { drawDistribution, type Distribution } from '../../kernels/drawDistribution.js';
import { naflexGrid } from '../../kernels/naflexGrid.js';
import type { Random } from '../../kernels/random.js';

interface PatchOptions {
  /** Side of a patch, in pixels. */
  readonly patchSize: number;
}

/** NaFlex: as many patches as fit. */
export interface MaxTokensOptions extends PatchOptions {
  /** Patches of a picture at most. */
  readonly maxTokens: number;
  /** Where the search for the scale ends. @default 1e-5, as big_vision */
  readonly eps?: number;
}

interface SampledOptions extends PatchOptions {
  /** Smallest and largest side, in pixels, of a square of as many pixels. NaViT: [64, 256] in its main runs, [64, 384] where it compares distributions. */
  readonly range: readonly [low: number, high: number];
  /** What a side becomes that is no whole number of patches. @default 'floor': the paper does not say, and with it a picture has (high / patchSize)^2 patches at most */
  readonly rounding?: GridRounding;
}

/** NaViT: the side is drawn. */
export interface SampledSideOptions extends SampledOptions {
  /** Over -1 to 1, which are the ends of `range`. */
  readonly side: Distribution;
}

/** NaViT: the area is drawn. */
export interface SampledAreaOptions extends SampledOptions {
  /** Over -1 to 1, which are the squares of the ends of `range`. */
  readonly area: Distribution;
}

/** How large pictures become, in patches. */
export type TokenTargetOptions = MaxTokensOptions | SampledSideOptions | SampledAreaOptions;

export interface TokenTarget {
  /** @throws SampleFault `image-unfit-for-tokens` where no scale fits `maxTokens` */
  readonly gridOf: (size: { readonly width: number; readonly height: number }, random: () => Random) => readonly [rows: number, columns: number];
  /** The options that the grid depends on. */
  readonly target: object;
}

/** How the grid of a picture is found: the rules of specs/vision-language.md 1.2 NaFlex and 2.1. @throws UsageError when an option is out of range */
export function tokenTarget(options: TokenTargetOptions, name: string): TokenTarget {
  checkInteger(name, 'patchSize', options.patchSize, 1);
  return 'maxTokens' in options ? fitted(options, name) : sampled(options, name);
}

function fitted({ patchSize, maxTokens, eps = 1e-5 }: MaxTokensOptions, name: string): TokenTarget {
  checkInteger(name, 'maxTokens', maxTokens, 1);
  checkNumber(name, 'eps', eps, 1e-7, 1);
  return { gridOf: ({ height, width }) => naflexGrid(height, width, { patchSize, maxTokens, eps }), target: { patchSize, maxTokens, eps } };
}

function sampled(options: SampledSideOptions | SampledAreaOptions, name: string): TokenTarget {
  const { patchSize, range, rounding = 'floor' } = options;
  const by = 'side' in options ? 'side' : 'area';
  const distribution = 'side' in options ? options.side : options.area;
  if (distribution === undefined) throw new UsageError(`${name}: give \`maxTokens\`, or \`side\` or \`area\` with their \`range\``);
  if (!(range?.length === 2 && range[0] >= patchSize && range[1] >= range[0])) throw new UsageError(`${name}: \`range\` must be two sides from \`patchSize\` ${patchSize} up, the second no smaller, got ${String(range)}`);
  if (!['floor', 'round', 'ceil'].includes(rounding)) throw new UsageError(`${name}: \`rounding\` must be floor, round or ceil, got ${String(rounding)}`);
  return {
    gridOf: ({ height, width }, random) => aspectGrid(height, width, sideOf(drawDistribution(random(), distribution), range, by), patchSize, rounding),
    target: { patchSize, [by]: distribution, range, rounding },
  };
}
