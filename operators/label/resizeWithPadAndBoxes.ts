import { checkInteger, checkNumber } from '../../engine/check.js';
import { UsageError } from '../../engine/errors.js';
import { mapAsync } from '../../engine/mapAsync.js';
import { elementBytes, type Sample, type With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { kernel } from '../../engine/workers/kernel.js';
import { scaleXyxy } from '../../kernels/boxFormats.js';
import { shrunkInSquare, sizeInSquare } from '../../kernels/padGeometry.js';
import type { PixelArray } from '../../kernels/resizeImage.js';
import type { resizeOntoCanvas } from '../../kernels/resizeOntoCanvas.js';
import type { BoxAnnotations, Pixels } from './boxAnnotations.js';
import type { Dealt } from './dealTiles.js';

export interface ResizeWithPadAndBoxesOptions {
  /** Side of the square, in pixels. A sample that `dealTiles` has dealt gets its tile's side instead. */
  readonly size: number;
  /** Shares of the side that the long side of the picture fills, from and to, drawn uniformly. OWL-ST: [0.5, 1]. @default it fills the side (OWL-ViT) */
  readonly shrink?: readonly [number, number];
  /** The grey beside the picture, 0 black to 1 white. @default 0.5 (scenic; OWLv2's evaluator and its later processors have 0) */
  readonly pad?: number;
  /** Widen the filter when the picture gets smaller. @default false (scenic) */
  readonly antialias?: boolean;
  /** Pictures resized at a time, in each lane. The output does not depend on it. @default 4: that of `mapAsync` */
  readonly concurrency?: number;
  /** The stage's name, where it stands more than once in a pipeline. @default 'resizeWithPadAndBoxes' */
  readonly name?: string;
}

/** What `resizeWithPadAndBoxes` makes. */
export interface ResizedWithBoxes<P extends PixelArray> {
  readonly pixels: P;
  readonly boxesXyxy: Float32Array;
}

const resizeKernel = kernel<typeof resizeOntoCanvas<Uint8Array | Float32Array>>(new URL('../../kernels/resizeOntoCanvas.ts', import.meta.url), 'resizeOntoCanvas');

/**
 * `pixels` of any size become a square with the whole picture at its top left, its aspect kept, and grey to the right or below; boxes follow (scenic's
 * `ResizeWithPad`, specs/detection.md 3). Bytes stay bytes, rounded; floats from 0 to 1 stay floats. A kernel: it runs in the threads of `--workers`.
 *
 * Sizes are scenic's, float32 arithmetic included (`sizeInSquare`); with `shrink` they are `shrunkInSquare`'s (arXiv 2306.09683, A.4). Boxes are scaled
 * by what the pixels are; scenic scales them by what the size would be in exact arithmetic, a pixel more at most.
 *
 * @throws UsageError when an option is out of range
 */
export function resizeWithPadAndBoxes<S extends Sample & Pixels & BoxAnnotations & Partial<Dealt>>({
  size,
  shrink,
  pad = 0.5,
  antialias = false,
  concurrency = 4,
  name = 'resizeWithPadAndBoxes',
}: ResizeWithPadAndBoxesOptions): Stage<S, With<S, ResizedWithBoxes<S['pixels']>> & Sample> {
  checkInteger(name, 'size', size, 1);
  checkNumber(name, 'pad', pad, 0, 1);
  if (shrink !== undefined && !(shrink[0] > 0 && shrink[0] <= shrink[1] && shrink[1] <= 1)) {
    throw new UsageError(`${name}: \`shrink\` must be [from, to] with 0 < from <= to <= 1, got [${shrink.join(', ')}]`);
  }
  const sideOf = ({ tile }: S): number => tile?.side ?? size;
  return mapAsync<S, ResizedWithBoxes<S['pixels']>>(
    name,
    async (sample, { random, run }) => {
      const { pixels, boxesXyxy } = sample;
      const side = sideOf(sample);
      const content = shrink === undefined ? sizeInSquare(pixels, side) : shrunkInSquare(pixels, side, random().range(...shrink));
      const laid: PixelArray = await run(resizeKernel, pixels, content, { size: side, pad, antialias });
      return { pixels: laid, boxesXyxy: scaleXyxy(boxesXyxy, content.width / side, content.height / side) };
    },
    {
      concurrency,
      expectedBytes: (sample) => elementBytes(sample) - sample.pixels.data.byteLength + sideOf(sample) ** 2 * (sample.pixels.data.byteLength / (sample.pixels.width * sample.pixels.height)),
      options: { size, ...(shrink === undefined ? {} : { shrink }), pad, antialias },
    },
  );
}
