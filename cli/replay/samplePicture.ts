import type { Sample } from '../../engine/sample.js';
import { decodeImage } from '../../formats/image/decodeImage.js';
import { drawLabelledBoxes } from '../../formats/image/drawLabelledBoxes.js';
import { encodePng } from '../../formats/image/encodePng.js';
import { fitInto } from '../../formats/image/fitInto.js';
import { sniffImage } from '../../formats/image/sniff.js';
import type { RgbImage } from '../../kernels/rgbImage.js';
import { sampleBoxes } from '../sampleBoxes.js';
import { isPlain, type Plain } from '../shownBoxes.js';
import { stretched } from './stretched.js';

/** The longer side of a picture that is drawn, in pixels; larger ones are shrunk. */
const MAX_SIDE = 1024;
/** A smaller picture with boxes is enlarged, each pixel to a square, as often as it fits into this: or its labels would cover it. */
const BOXES_SIDE = 768;

/**
 * A sample's picture as PNG, with its boxes: `pixels` or another decoded picture, else an image file; its boxes are those of
 * `sampleBoxes`. A picture of floats goes from its smallest number, black, to its largest, white. undefined where the sample
 * has no picture.
 *
 * @throws SampleFault where the picture cannot be decoded
 */
export async function samplePicture(sample: Sample): Promise<Uint8Array | undefined> {
  const image = await pictureOf(sample);
  if (image === undefined) return undefined;
  const best = sampleBoxes(sample, image);
  const side = sideOf(Math.max(image.width, image.height), best.length > 0);
  const canvas = await fitInto(image, side);
  drawLabelledBoxes(canvas, best.map(({ query, ...box }) => ({ ...box, label: query })), { size: image });
  return encodePng(canvas);
}

function sideOf(longer: number, hasBoxes: boolean): number {
  if (longer > MAX_SIDE) return MAX_SIDE;
  return hasBoxes ? longer * Math.max(1, Math.floor(BOXES_SIDE / longer)) : longer;
}

async function pictureOf(sample: Sample): Promise<RgbImage | undefined> {
  const { pixels, image, ...rest } = sample as Sample & { readonly pixels?: unknown; readonly image?: unknown };
  const fields = [pixels, image, ...Object.values(rest)].filter(isPlain);
  const picture = fields.find(isPicture);
  if (picture !== undefined) return { width: picture.width, height: picture.height, data: picture.data instanceof Uint8Array ? picture.data : stretched(picture.data) };
  const file = fields.find(({ data }) => data instanceof Uint8Array && sniffImage(data) !== undefined);
  return file === undefined ? undefined : decodeImage(file.data as Uint8Array);
}

/** RGB, row by row from the top left. */
type Picture = Pick<RgbImage, 'width' | 'height'> & { readonly data: Uint8Array | Float32Array };

function isPicture(value: Plain): value is Plain & Picture {
  const { width, height, data } = value;
  return typeof width === 'number' && typeof height === 'number' && (data instanceof Uint8Array || data instanceof Float32Array) && data.length === width * height * 3;
}
