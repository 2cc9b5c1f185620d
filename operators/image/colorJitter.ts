import { checkNumber } from '../../engine/check.js';
import { mapAsync } from '../../engine/mapAsync.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { kernel } from '../../engine/workers/kernel.js';
import type { adjustColors, ColorStep } from '../../kernels/adjustColors.js';
import type { DecodedImage } from './decodeImage.js';

/** How far a colour may move: `x` stands for [1 - x, 1 + x], not below 0. */
export type JitterRange = number | readonly [least: number, most: number];

export interface ColorJitterOptions {
  /** Range of the factor. @default 0: unchanged */
  readonly brightness?: JitterRange;
  /** Range of the factor. @default 0: unchanged */
  readonly contrast?: JitterRange;
  /** Range of the factor. @default 0: unchanged */
  readonly saturation?: JitterRange;
  /** What is added to the hue, in turns of the colour circle, -0.5 to 0.5; `x` stands for [-x, x]. @default 0: unchanged */
  readonly hue?: JitterRange;
  /** Pictures worked on at a time, in each lane. The output does not depend on it. @default 4: that of `mapAsync` */
  readonly concurrency?: number;
  /** The stage's name, where it stands more than once in a pipeline. @default 'colorJitter' */
  readonly name?: string;
}

const colorKernel = kernel<typeof adjustColors>(new URL('../../kernels/adjustColors.ts', import.meta.url), 'adjustColors');
const kinds = ['brightness', 'contrast', 'saturation', 'hue'] as const;

/**
 * Change brightness, contrast, saturation and hue of `pixels` at random: torchvision's ColorJitter, its law and its arithmetic (`kernels/adjustColors`). Each amount is
 * uniform in its range, and the four are done in a random order.
 *
 * Drawn by (seed, stage, origin), so anew in each epoch; a kernel: it runs in the threads of `--workers`.
 *
 * ```ts
 * colorJitter({ brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1 })
 * ```
 *
 * @throws UsageError when a range is none
 */
export function colorJitter<S extends Sample & DecodedImage>({
  brightness = 0,
  contrast = 0,
  saturation = 0,
  hue = 0,
  concurrency = 4,
  name = 'colorJitter',
}: ColorJitterOptions = {}): Stage<S, With<S, DecodedImage> & Sample> {
  const ranges = {
    brightness: rangeOf(name, 'brightness', brightness, 1),
    contrast: rangeOf(name, 'contrast', contrast, 1),
    saturation: rangeOf(name, 'saturation', saturation, 1),
    hue: rangeOf(name, 'hue', hue, 0),
  };
  return mapAsync<S, DecodedImage>(
    name,
    async ({ pixels }, { random, run }) => {
      const stream = random();
      const steps: ColorStep[] = stream.shuffle(kinds).map((kind) => ({ kind, amount: stream.range(...ranges[kind]) }));
      const changing = steps.filter(({ kind, amount }) => amount !== (kind === 'hue' ? 0 : 1));
      return { pixels: changing.length === 0 ? pixels : await run(colorKernel, pixels, changing) };
    },
    { concurrency, options: ranges },
  );
}

function rangeOf(stage: string, option: string, range: JitterRange, centre: 0 | 1): readonly [number, number] {
  const [floor, ceiling] = centre === 1 ? [0, 1e6] : [-0.5, 0.5];
  if (typeof range === 'number') {
    checkNumber(stage, option, range, 0, ceiling);
    return [Math.max(floor, centre - range), centre + range];
  }
  checkNumber(stage, `${option} (least)`, range[0], floor, ceiling);
  checkNumber(stage, `${option} (most)`, range[1], range[0], ceiling);
  return range;
}
