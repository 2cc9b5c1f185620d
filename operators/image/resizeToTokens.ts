import { checkInteger, checkNumber } from '../../engine/check.js';
import { UsageError } from '../../engine/errors.js';
import { mapAsync } from '../../engine/mapAsync.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { kernel } from '../../engine/workers/kernel.js';
import { aspectGrid, sideOf, type GridRounding } from '../../kernels/aspectGrid.js';
import { drawDistribution, type Distribution } from '../../kernels/drawDistribution.js';
import { naflexGrid } from '../../kernels/naflexGrid.js';
import type { Random } from '../../kernels/random.js';
import type { PixelArray, resizeImage, ResizeMethod } from '../../kernels/resizeImage.js';

interface TargetOptions {
  /** Side of a patch, in pixels. */
  readonly patchSize: number;
  /** @default 'bilinear' */
  readonly method?: ResizeMethod;
  /** Widen the filter when the picture gets smaller. @default true, as NaFlex; NaViT does not say */
  readonly antialias?: boolean;
  /** Pictures resized at a time, in each lane. The output does not depend on it. @default 4: that of `mapAsync` */
  readonly concurrency?: number;
  /** The stage's name, where it stands more than once in a pipeline. @default 'resizeToTokens' */
  readonly name?: string;
}

/** NaFlex: as many patches as fit. */
export interface MaxTokensOptions extends TargetOptions {
  /** Patches of a picture at most. */
  readonly maxTokens: number;
  /** Where the search for the scale ends. @default 1e-5, as big_vision */
  readonly eps?: number;
}

interface SampledOptions extends TargetOptions {
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

export type ResizeToTokensOptions = MaxTokensOptions | SampledSideOptions | SampledAreaOptions;

const resizeKernel = kernel<typeof resizeImage<Uint8Array>>(new URL('../../kernels/resizeImage.ts', import.meta.url), 'resizeImage');

/**
 * Resize `pixels` to a whole number of patches along each side, with their aspect ratio as far as that allows.
 *
 * ```ts
 * resizeToTokens({ patchSize: 16, maxTokens: 256 })                                                            // NaFlex: the most patches that fit, small pictures made larger
 * resizeToTokens({ patchSize: 16, side: uniform(), range: [64, 256] })                                         // NaViT: r ~ U(64, 256), r^2 pixels in all
 * resizeToTokens({ patchSize: 16, side: truncatedNormal({ mean: -0.5, std: 1 }), range: [64, 384] })           // NaViT's best
 * ```
 *
 * The rules are those of specs/vision-language.md 1.2 NaFlex and 2.1; what is drawn is drawn by (seed, stage, origin), so anew in each epoch. Bytes give bytes, as `resize`; to
 * keep floats as NaFlex does, put `valueRange` before. A kernel: it runs in the threads of `--workers`. A picture that no scale fits to `maxTokens` goes to quarantine,
 * `image-unfit-for-tokens`.
 *
 * @throws UsageError when an option is out of range
 */
export function resizeToTokens<S extends Sample & { readonly pixels: PixelArray }>(options: ResizeToTokensOptions): Stage<S, With<S, Pick<S, 'pixels'>> & Sample> {
  const { patchSize, method = 'bilinear', antialias = true, concurrency = 4, name = 'resizeToTokens' } = options;
  checkInteger(name, 'patchSize', patchSize, 1);
  const { gridOf, target } = 'maxTokens' in options ? fitted(options, name) : sampled(options, name);
  return mapAsync<S, Pick<S, 'pixels'>>(
    name,
    async ({ pixels }, { run, random }) => {
      const [rows, columns] = gridOf(pixels, random);
      return { pixels: (await run(resizeKernel, pixels as PixelArray<Uint8Array>, { width: columns * patchSize, height: rows * patchSize, method, antialias })) as S['pixels'] };
    },
    { concurrency, options: { patchSize, ...target, method, antialias } },
  );
}

/** How the grid of a picture is found, and the options that it depends on. */
interface Target {
  readonly gridOf: (pixels: PixelArray, random: () => Random) => readonly [rows: number, columns: number];
  readonly target: object;
}

function fitted({ patchSize, maxTokens, eps = 1e-5 }: MaxTokensOptions, name: string): Target {
  checkInteger(name, 'maxTokens', maxTokens, 1);
  checkNumber(name, 'eps', eps, 1e-7, 1);
  return { gridOf: ({ height, width }) => naflexGrid(height, width, { patchSize, maxTokens, eps }), target: { maxTokens, eps } };
}

function sampled(options: SampledSideOptions | SampledAreaOptions, name: string): Target {
  const { patchSize, range, rounding = 'floor' } = options;
  const by = 'side' in options ? 'side' : 'area';
  const distribution = 'side' in options ? options.side : options.area;
  if (distribution === undefined) throw new UsageError(`${name}: give \`maxTokens\`, or \`side\` or \`area\` with their \`range\``);
  if (!(range?.length === 2 && range[0] >= patchSize && range[1] >= range[0])) throw new UsageError(`${name}: \`range\` must be two sides from \`patchSize\` ${patchSize} up, the second no smaller, got ${String(range)}`);
  if (!['floor', 'round', 'ceil'].includes(rounding)) throw new UsageError(`${name}: \`rounding\` must be floor, round or ceil, got ${String(rounding)}`);
  return {
    gridOf: ({ height, width }, random) => aspectGrid(height, width, sideOf(drawDistribution(random(), distribution), range, by), patchSize, rounding),
    target: { [by]: distribution, range, rounding },
  };
}
