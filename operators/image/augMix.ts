import { checkInteger, checkNumber } from '../../engine/check.js';
import { UsageError } from '../../engine/errors.js';
import { mapAsync } from '../../engine/mapAsync.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { kernel } from '../../engine/workers/kernel.js';
import { augMixAllNames, augMixNames, drawChainMix } from '../../kernels/augment/drawChainMix.js';
import type { mixChains } from '../../kernels/augment/mixChains.js';
import type { DecodedImage } from './decodeImage.js';

export interface AugMixOptions {
  /** Chains of distortions that are mixed. @default 3, as in the paper */
  readonly width?: number;
  /** Steps of each chain; -1: 1 to 3, drawn for each. @default -1, as in the paper */
  readonly depth?: number;
  /** Of the Dirichlet and the Beta distribution that the shares are drawn from. @default 1, as in the paper */
  readonly alpha?: number;
  /** How strong a step can be: its level is uniform from 0.1 to this, of 10. @default 3, as in the paper's code for CIFAR */
  readonly severity?: number;
  /** Take Color, Contrast, Brightness and Sharpness too, which overlap with the corruptions of ImageNet-C. @default false, as in the paper */
  readonly allOps?: boolean;
  /** Pictures worked on at a time, in each lane. The output does not depend on it. @default 4: that of `mapAsync` */
  readonly concurrency?: number;
  /** The stage's name, where it stands more than once in a pipeline. @default 'augMix' */
  readonly name?: string;
}

const mixKernel = kernel<typeof mixChains>(new URL('../../kernels/augment/mixChains.ts', import.meta.url), 'mixChains');

/**
 * AugMix (arXiv 1912.02781): the picture mixed with a mixture of `width` chains of distortions of it; the paper's loss wants two such views beside the picture, so
 * two of these stages under two names. Rotations, shears and translations are bilinear with black outside, as Pillow does them for the paper's code; the other
 * distortions are those of `randAugment`. The mixture is rounded to bytes, where the paper's code mixes floats after the normalisation: the same but for up to half a level.
 *
 * Drawn by (seed, stage, origin), so anew in each epoch; a kernel: it runs in the threads of `--workers`.
 *
 * @throws UsageError when an option is out of range
 */
export function augMix<S extends Sample & DecodedImage>({
  width = 3,
  depth = -1,
  alpha = 1,
  severity = 3,
  allOps = false,
  concurrency = 4,
  name = 'augMix',
}: AugMixOptions = {}): Stage<S, With<S, DecodedImage> & Sample> {
  checkInteger(name, 'width', width, 1);
  checkInteger(name, 'depth', depth, -1);
  if (depth === 0) throw new UsageError(`${name}: \`depth\` must be -1 or from 1 up, got 0`);
  checkNumber(name, 'alpha', alpha, 1e-3, 1e6);
  checkNumber(name, 'severity', severity, 0.1, 10);
  const law = { width, depth, alpha, severity, ops: allOps ? augMixAllNames : augMixNames };
  return mapAsync<S, DecodedImage>(
    name,
    async ({ pixels }, { random, run }) => ({ pixels: await run(mixKernel, pixels, drawChainMix(random(), pixels, law), { geometry: 'pillow', contrastOfCount: false }) }),
    { concurrency, options: law },
  );
}
