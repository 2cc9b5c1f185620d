import { checkNumber } from '../../engine/check.js';
import { UsageError } from '../../engine/errors.js';
import type { Sample } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { inceptionCropBox } from '../../kernels/inceptionCropBox.js';
import type { ResizeMethod } from '../../kernels/resizeImage.js';
import { torchvisionCropBox } from '../../kernels/torchvisionCropBox.js';
import { croppedBy } from './croppedBy.js';
import { checkSize, type Picture, type Reshaped, type Size } from './picture.js';

export interface InceptionCropOptions {
  /** What the crop is resized to: side of a square, or height and width, in pixels. @default not resized */
  readonly size?: Size;
  /** Least and largest share of the picture's area, above 0 to 1. @default [0.05, 1]; of torchvision [0.08, 1] */
  readonly area?: readonly [least: number, most: number];
  /** Least and largest width over height. @default [0.75, 1.33]; of torchvision [3 / 4, 4 / 3] */
  readonly ratio?: readonly [least: number, most: number];
  /** How the box is drawn. 'tensorflow': its height is uniform; 'torchvision': its area is. @default 'tensorflow', as in the papers */
  readonly law?: 'tensorflow' | 'torchvision';
  /** @default 'bilinear' */
  readonly method?: ResizeMethod;
  /** Widen the filter when the crop gets smaller. @default false, as in the reference */
  readonly antialias?: boolean;
  /** Pictures resized at a time, in each lane. The output does not depend on it. @default 4: that of `mapAsync` */
  readonly concurrency?: number;
  /** The stage's name, where it stands more than once in a pipeline. @default 'inceptionCrop' */
  readonly name?: string;
}

const laws = {
  tensorflow: { draw: inceptionCropBox, area: [0.05, 1], ratio: [0.75, 1.33] },
  torchvision: { draw: torchvisionCropBox, area: [0.08, 1], ratio: [3 / 4, 4 / 3] },
} as const;

/**
 * A random part of `pixels` of random size and shape, resized to one size: big_vision's `inception_crop(size, area_min, area_max)`, and torchvision's
 * RandomResizedCrop under `law: 'torchvision'` (specs/vision-language.md 1.2; the two draw from different distributions, see `kernels/inceptionCropBox` and
 * `kernels/torchvisionCropBox`). Drawn by (seed, stage, origin), so anew in each epoch.
 *
 * ```ts
 * inceptionCrop({ size: 224 });                        // plain ViT
 * inceptionCrop({ size: 224, area: [0.95, 1] });       // a very slight one
 * ```
 *
 * @throws UsageError when an option is out of range
 */
export function inceptionCrop<S extends Sample & Picture>({
  size,
  law = 'tensorflow',
  area = laws[law]?.area,
  ratio = laws[law]?.ratio,
  method = 'bilinear',
  antialias = false,
  concurrency = 4,
  name = 'inceptionCrop',
}: InceptionCropOptions = {}): Stage<S, Reshaped<S>> {
  if (laws[law] === undefined) throw new UsageError(`${name}: \`law\` must be tensorflow or torchvision, got ${String(law)}`);
  checkNumber(name, 'area (least)', area[0], Number.MIN_VALUE, 1);
  checkNumber(name, 'area (most)', area[1], area[0], 1);
  checkNumber(name, 'ratio (least)', ratio[0], Number.MIN_VALUE, Number.MAX_VALUE);
  checkNumber(name, 'ratio (most)', ratio[1], ratio[0], Number.MAX_VALUE);
  const range = { area, ratio };
  const resize = size === undefined ? undefined : { ...checkSize(name, 'size', size), method, antialias };
  return croppedBy(name, (image, random) => laws[law].draw(random(), image, range), { resize, concurrency, options: { law, ...range, ...resize } });
}
