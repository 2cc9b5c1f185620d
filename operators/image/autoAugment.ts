import { checkNumber } from '../../engine/check.js';
import { UsageError } from '../../engine/errors.js';
import { mapAsync } from '../../engine/mapAsync.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { kernel } from '../../engine/workers/kernel.js';
import { autoAugmentV0, type AutoAugmentPolicy } from '../../kernels/augment/autoAugmentV0.js';
import { distortionNames, type distort } from '../../kernels/augment/distort.js';
import { drawDistortion } from '../../kernels/augment/drawDistortion.js';
import type { DecodedImage } from './decodeImage.js';

export interface AutoAugmentOptions {
  /** Sub-policies of steps [distortion, probability, magnitude 0 to 10]; each picture gets one of them. @default autoAugmentV0: the 25 of the reference */
  readonly policy?: AutoAugmentPolicy;
  /** What TranslateX and TranslateY move at magnitude 10, in pixels. @default 250, as the reference */
  readonly translate?: number;
  /** As in `randAugment`. @default true */
  readonly solarizeWraps?: boolean;
  /** As in `randAugment`. @default true */
  readonly contrastOfCount?: boolean;
  /** Pictures worked on at a time, in each lane. The output does not depend on it. @default 4: that of `mapAsync` */
  readonly concurrency?: number;
  /** The stage's name, where it stands more than once in a pipeline. @default 'autoAugment' */
  readonly name?: string;
}

const distortKernel = kernel<typeof distort>(new URL('../../kernels/augment/distort.ts', import.meta.url), 'distort');

/**
 * AutoAugment (arXiv 1805.09501): each picture gets one of the policy's sub-policies, equally likely, and of its steps each is done with its own probability. The distortions are
 * those of `randAugment`; the policy and its scale those of EfficientNet's and big_vision's file (specs/vision-language.md 1.3).
 *
 * Drawn by (seed, stage, origin), so anew in each epoch; a kernel: it runs in the threads of `--workers`.
 *
 * @throws UsageError when an option is out of range
 */
export function autoAugment<S extends Sample & DecodedImage>({
  policy = autoAugmentV0,
  translate = 250,
  solarizeWraps = true,
  contrastOfCount = true,
  concurrency = 4,
  name = 'autoAugment',
}: AutoAugmentOptions = {}): Stage<S, With<S, DecodedImage> & Sample> {
  if (policy.length === 0) throw new UsageError(`${name}: \`policy\` must have at least one sub-policy, got none`);
  for (const [op, probability, magnitude] of policy.flat()) {
    if (!distortionNames.includes(op)) throw new UsageError(`${name}: \`policy\` may name ${distortionNames.join(', ')}, got ${String(op)}`);
    checkNumber(name, `policy (probability of ${op})`, probability, 0, 1);
    checkNumber(name, `policy (magnitude of ${op})`, magnitude, 0, 10);
  }
  checkNumber(name, 'translate', translate, 0, 1e6);
  const scale = { translate, cutout: 100, solarizeWraps };
  return mapAsync<S, DecodedImage>(
    name,
    async ({ pixels }, { random, run }) => {
      const stream = random();
      const steps = stream.choice(policy).filter(([, probability]) => stream.bernoulli(probability));
      const distortions = steps.map(([op, , magnitude]) => drawDistortion(stream, op, magnitude, pixels, scale));
      return { pixels: distortions.length === 0 ? pixels : await run(distortKernel, pixels, distortions, { contrastOfCount }) };
    },
    { concurrency, options: { policy, translate, solarizeWraps, contrastOfCount } },
  );
}
