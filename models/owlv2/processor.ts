import type { RgbImage } from '../../kernels/rgbImage.js';
import { squareResize } from '../../kernels/squareResize.js';
import { ModelError } from '../modelError.js';

/** How OWLv2 wants its pictures. */
export interface Owlv2Processor {
  /** Side of the square that the model sees, in pixels. */
  readonly size: number;
  readonly padValue: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** `pixel_values`, float32 `[images.length, 3, size, size]`. */
  preprocess(images: readonly RgbImage[]): Float32Array;
}

/**
 * The preprocessing of an OWLv2 model, from its `preprocessor_config.json`: /255, pad bottom and right to a square, antialiased resize as
 * scikit-image does it, normalise, channels first (specs/detection.md 4.1). Equal to transformers' Owlv2ImageProcessor to about 1e-6.
 *
 * Not every Owlv2 processor does this: transformers.js stretches the picture to the square instead, so its boxes differ (specs 4.2).
 *
 * @param options.padValue what the padding holds, 0 to 1 before normalising. Default: `pad_value` of the file, else 0.0, which is the
 *   reference since October 2025; before that it was 0.5, at 0.6 points lower LVIS mAP (specs 4.1).
 * @throws ModelError where the file asks for steps that this is not
 */
export function owlv2Processor(json: unknown, folder: string, options: { readonly padValue?: number | undefined } = {}): Owlv2Processor {
  const config = (typeof json === 'object' && json !== null ? json : {}) as Readonly<Record<string, unknown>>;
  const refuse = (what: string): never => {
    throw new ModelError(`preprocessor_config.json in ${folder}: ${what}`);
  };
  for (const step of ['do_rescale', 'do_pad', 'do_resize', 'do_normalize']) {
    if (config[step] === false) refuse(`${step} is false, but an OWLv2 picture is rescaled, padded, resized and normalised`);
  }
  const rescale = config['rescale_factor'] ?? 1 / 255;
  if (typeof rescale !== 'number' || Math.abs(rescale * 255 - 1) > 1e-6) refuse(`rescale_factor must be 1/255, got ${JSON.stringify(rescale)}`);
  const { height, width } = (config['size'] ?? {}) as Readonly<Record<string, unknown>>;
  if (!Number.isSafeInteger(height) || (height as number) < 1 || height !== width) {
    refuse(`size must be a square of {"height": n, "width": n}, got ${JSON.stringify(config['size'])}`);
  }
  const three = (name: string): readonly number[] => {
    const value = config[name];
    const good = Array.isArray(value) && value.length === 3 && value.every((v) => typeof v === 'number' && Number.isFinite(v));
    return good ? (value as number[]) : refuse(`${name} must be three numbers, got ${JSON.stringify(value)}`);
  };
  const mean = three('image_mean');
  const std = three('image_std');
  const padValue = options.padValue ?? config['pad_value'] ?? 0;
  if (typeof padValue !== 'number' || !(padValue >= 0 && padValue <= 1)) throw new ModelError(`owlv2: padValue must be from 0 to 1, got ${JSON.stringify(padValue)}`);
  const size = height as number;
  return {
    size,
    padValue,
    mean,
    std,
    preprocess(images) {
      const pixels = new Float32Array(images.length * 3 * size * size);
      images.forEach((image, i) => squareResize(image, { size, padValue, mean, std }, pixels, i * 3 * size * size));
      return pixels;
    },
  };
}
