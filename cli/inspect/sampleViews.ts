import type { Sample } from '../../engine/sample.js';
import type { StageSheetPicture } from '../../formats/image/stageSheet.js';
import { decodeImage } from '../../formats/image/decodeImage.js';
import { fitInto } from '../../formats/image/fitInto.js';
import { sniffImage } from '../../formats/image/sniff.js';
import type { PixelArray } from '../../kernels/resizeImage.js';
import type { RgbImage } from '../../kernels/rgbImage.js';
import { sampleBoxes } from '../sampleBoxes.js';
import { isPlain } from '../shownBoxes.js';
import { drawPatches, isPatches } from './drawPatches.js';
import { drawSegments } from './drawSegments.js';
import { shownBytes } from './shownBytes.js';

/** Larger pictures are shrunk to this longer side: a sheet shows them small. */
const MAX_SIDE = 512;
const MAX_VIEWS = 6;
/** Pictures of a packed sequence. */
const MAX_PACKED = 3;
/** Boxes over a picture: more would cover it with their labels. */
const MAX_BOXES = 12;

/**
 * What can be seen of a sample: its decoded pictures with its boxes, patches at their places, packed sequences as coloured rows; where it has none of these, its
 * image file.
 *
 * @throws SampleFault where the image file cannot be decoded
 */
export async function sampleViews(sample: Sample): Promise<StageSheetPicture[]> {
  const fields = Object.entries(sample).filter(([name]) => !['key', 'origin', 'cursor', 'members'].includes(name));
  const views = fields.flatMap(([name, value]) => viewsOf(name, value)).slice(0, MAX_VIEWS);
  if (views.length === 0) {
    const file = fields.map(([, value]) => value).filter(isPlain).find(({ data }) => data instanceof Uint8Array && sniffImage(data) !== undefined);
    if (file !== undefined) views.push({ name: 'image', image: await decodeImage(file.data as Uint8Array), isPicture: true });
  }
  return Promise.all(
    views.map(async ({ name, image, isPicture }) => {
      const shown = Math.max(image.width, image.height) > MAX_SIDE && isPicture ? await fitInto(image, MAX_SIDE) : image;
      const [byX, byY] = [shown.width / image.width, shown.height / image.height];
      const boxes = isPicture ? sampleBoxes(sample, image, MAX_BOXES).map(({ box: [x0, y0, x1, y1], query, score }) => ({ box: [x0 * byX, y0 * byY, x1 * byX, y1 * byY] as const, label: query, ...(score === undefined ? {} : { score }) })) : [];
      return { name, image: shown, boxes, lossless: !isPicture };
    }),
  );
}

interface View {
  readonly name: string;
  readonly image: RgbImage;
  /** Boxes belong over it. */
  readonly isPicture: boolean;
}

function viewsOf(name: string, value: unknown): View[] {
  if (value instanceof Int32Array) return /segmentids$/i.test(name) ? [{ name, image: drawSegments(value), isPicture: false }] : [];
  if (!isPlain(value)) return [];
  if (isPatches(value)) {
    const image = drawPatches(value);
    return image === undefined ? [] : [{ name, image, isPicture: false }];
  }
  if (value.segmentIds instanceof Int32Array) return [{ name, image: drawSegments(value.segmentIds), isPicture: false }, ...packedPictures(name, value)];
  return isPixels(value) ? [{ name, image: { width: value.width, height: value.height, data: rgbOf(value) }, isPicture: true }] : [];
}

/** The first pictures in a packed sequence of patches, as far as their patches are there. */
function packedPictures(name: string, { segmentIds, data, width, rows, columns }: Readonly<Record<string, unknown>>): View[] {
  if (!(data instanceof Uint8Array || data instanceof Float32Array) || typeof width !== 'number' || !(rows instanceof Int32Array) || !(columns instanceof Int32Array)) return [];
  const bytes = shownBytes(data);
  const ids = segmentIds as Int32Array;
  return [...new Set(ids)].filter((id) => id > 0).slice(0, MAX_PACKED).flatMap((id) => {
    const [from, end] = [ids.indexOf(id), ids.lastIndexOf(id) + 1];
    const own = { count: end - from, width, data: bytes.subarray(from * width, end * width), rows: rows.subarray(from, end), columns: columns.subarray(from, end) };
    const image = drawPatches({ ...own, grid: [Math.max(...own.rows) + 1, Math.max(...own.columns) + 1] });
    return image === undefined ? [] : [{ name: `${name}, example ${id}`, image, isPicture: false }];
  });
}

/** A picture of three channels or of one. */
function isPixels(value: Readonly<Record<string, unknown>>): value is Readonly<Record<string, unknown>> & PixelArray {
  const { width, height, data } = value;
  if (typeof width !== 'number' || typeof height !== 'number' || !(data instanceof Uint8Array || data instanceof Float32Array)) return false;
  return data.length > 0 && [1, 3].includes(data.length / (width * height));
}

function rgbOf({ width, height, data }: PixelArray): Uint8Array {
  const bytes = shownBytes(data);
  return bytes.length === width * height ? Uint8Array.from({ length: 3 * bytes.length }, (_, at) => bytes[Math.floor(at / 3)] as number) : bytes;
}
