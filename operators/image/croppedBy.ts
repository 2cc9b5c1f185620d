import { mapAsync } from '../../engine/mapAsync.js';
import { mapSample } from '../../engine/mapSample.js';
import type { Sample } from '../../engine/sample.js';
import type { SampleTools, Stage } from '../../engine/stage.js';
import { kernel } from '../../engine/workers/kernel.js';
import { cropImage, type CropBox } from '../../kernels/cropImage.js';
import type { PixelArray, ResizeOptions } from '../../kernels/resizeImage.js';
import { SampleFault } from '../../kernels/sampleFault.js';
import type { Sides } from '../../kernels/scaledSides.js';
import { bytesAt, type Picture, type PixelsOf, type Reshaped } from './picture.js';

export interface CroppedByOptions {
  readonly resize?: ResizeOptions | undefined;
  readonly concurrency?: number;
  /** Everything the output depends on. */
  readonly options: object;
}

const cropKernel = kernel<(image: PixelArray, box: CropBox, resize: ResizeOptions) => PixelArray>(new URL('../../kernels/cropAndResize.ts', import.meta.url), 'cropAndResize');

/**
 * Pictures cut to the box that `boxOf` gives for each, then resized where a size is said; what the cropping operators share. No box means that the picture is too small:
 * `image-too-small`. A crop alone is a copy, cheaper than a thread; with a size the work goes to the threads of `--workers`.
 */
export function croppedBy<S extends Sample & Picture>(
  name: string,
  boxOf: (image: Sides, random: SampleTools['random']) => CropBox | undefined,
  { resize, concurrency = 4, options }: CroppedByOptions,
): Stage<S, Reshaped<S>> {
  const place = ({ pixels }: S, { random }: SampleTools): CropBox => {
    const box = boxOf(pixels, random);
    if (box === undefined) throw new SampleFault('image-too-small', `a picture of ${pixels.width} x ${pixels.height} pixels is smaller than the crop of ${name}`);
    return box;
  };
  if (resize === undefined) return mapSample<S, PixelsOf<S>>(name, (sample, tools) => ({ pixels: cropImage(sample.pixels, place(sample, tools)) }), options);
  return mapAsync<S, PixelsOf<S>>(name, async (sample, tools) => ({ pixels: await tools.run(cropKernel, sample.pixels, place(sample, tools), resize) }), {
    concurrency,
    expectedBytes: ({ pixels }) => bytesAt(pixels, resize),
    options,
  });
}
