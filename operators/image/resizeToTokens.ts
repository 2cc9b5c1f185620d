import { mapAsync } from '../../engine/mapAsync.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { kernel } from '../../engine/workers/kernel.js';
import type { Random } from '../../kernels/random.js';
import type { PixelArray, resizeImage, ResizeMethod } from '../../kernels/resizeImage.js';
import { SampleFault } from '../../kernels/sampleFault.js';
import type { Planned, TokenPlan } from './planTokens.js';
import { tokenTarget, type TokenTargetOptions } from './tokenTarget.js';

interface ResizingOptions {
  /** @default 'bilinear' */
  readonly method?: ResizeMethod;
  /** Widen the filter when the picture gets smaller. @default true, as NaFlex; NaViT does not say */
  readonly antialias?: boolean;
  /** Pictures resized at a time, in each lane. The output does not depend on it. @default 4: that of `mapAsync` */
  readonly concurrency?: number;
  /** The stage's name, where it stands more than once in a pipeline. @default 'resizeToTokens' */
  readonly name?: string;
}

export type ResizeToTokensOptions = TokenTargetOptions & ResizingOptions;

/** The size is that of the sample's `tokenPlan`. */
export interface ResizeAsPlannedOptions extends ResizingOptions {
  readonly planned: true;
}

const resizeKernel = kernel<typeof resizeImage<Uint8Array>>(new URL('../../kernels/resizeImage.ts', import.meta.url), 'resizeImage');

/**
 * Resize `pixels` to a whole number of patches along each side, with their aspect ratio as far as that allows.
 *
 * ```ts
 * resizeToTokens({ patchSize: 16, maxTokens: 256 })                                                            // NaFlex: the most patches that fit, small pictures made larger
 * resizeToTokens({ patchSize: 16, side: uniform(), range: [64, 256] })                                         // NaViT: r ~ U(64, 256), r^2 pixels in all
 * resizeToTokens({ patchSize: 16, side: truncatedNormal({ mean: -0.5, std: 1 }), range: [64, 384] })           // NaViT's best
 * resizeToTokens({ planned: true })                                                                            // what `planTokens` drew before the picture was decoded
 * ```
 *
 * The rules are those of specs/vision-language.md 1.2 NaFlex and 2.1; what is drawn is drawn by (seed, stage, origin), so anew in each epoch. Bytes give bytes, as `resize`; to
 * keep floats as NaFlex does, put `valueRange` before. A kernel: it runs in the threads of `--workers`. A picture that no scale fits to `maxTokens` goes to quarantine,
 * `image-unfit-for-tokens`; so does one of another size than its plan was made for, `image-not-as-planned`.
 *
 * @throws UsageError when an option is out of range
 */
export function resizeToTokens<S extends Sample & { readonly pixels: PixelArray } & Planned>(options: ResizeAsPlannedOptions): Stage<S, With<S, Pick<S, 'pixels'>> & Sample>;
export function resizeToTokens<S extends Sample & { readonly pixels: PixelArray }>(options: ResizeToTokensOptions): Stage<S, With<S, Pick<S, 'pixels'>> & Sample>;
export function resizeToTokens<S extends Sample & { readonly pixels: PixelArray } & Planned>(options: ResizeAsPlannedOptions | ResizeToTokensOptions): Stage<S, With<S, Pick<S, 'pixels'>> & Sample> {
  const { method = 'bilinear', antialias = true, concurrency = 4, name = 'resizeToTokens' } = options;
  const { planOf, target } = 'planned' in options ? { planOf: checkedPlan, target: { planned: true } } : drawnPlan(options, name);
  return mapAsync<S, Pick<S, 'pixels'>>(
    name,
    async (sample, { run, random }) => {
      const { patchSize, grid: [rows, columns] } = planOf(sample, random);
      return { pixels: (await run(resizeKernel, sample.pixels as PixelArray<Uint8Array>, { width: columns * patchSize, height: rows * patchSize, method, antialias })) as S['pixels'] };
    },
    { concurrency, options: { ...target, method, antialias } },
  );
}

type Plan = Pick<TokenPlan, 'patchSize' | 'grid'>;

function drawnPlan(options: ResizeToTokensOptions, name: string): { readonly planOf: (sample: { readonly pixels: PixelArray }, random: () => Random) => Plan; readonly target: object } {
  const { gridOf, target } = tokenTarget(options, name);
  return { planOf: ({ pixels }, random) => ({ patchSize: options.patchSize, grid: gridOf(pixels, random) }), target };
}

/** A plan for another size would bend the picture, as one that is not turned by its orientation. */
function checkedPlan({ pixels, tokenPlan }: { readonly pixels: PixelArray } & Planned): Plan {
  const [height, width] = tokenPlan.size;
  if (pixels.width === width && pixels.height === height) return tokenPlan;
  throw new SampleFault(
    'image-not-as-planned',
    `the picture has ${pixels.width} x ${pixels.height} pixels, and its tokens are planned for ${width} x ${height}; ` +
      '`planTokens` needs the `autoOrient` of `decodeImage`, and no stage between may change the size',
  );
}
