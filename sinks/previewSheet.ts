import { checkInteger } from '../engine/check.js';
import type { StoresOf } from '../engine/stage.js';
import type { Encoded } from '../formats/fields.js';
import { contactSheet, type ContactSheetItem } from '../formats/image/contactSheet.js';
import { decodeImage } from '../formats/image/decodeImage.js';
import { fitInto } from '../formats/image/fitInto.js';
import type { RgbImage } from '../kernels/rgbImage.js';
import { SampleFault } from '../kernels/sampleFault.js';
import { writeObject } from '../storage/writeObject.js';

/** A box with its label, as `pseudoLabel` makes it; other members are not looked at. */
export interface PreviewBox {
  /** [x0, y0, x1, y1] in pixels of the picture. */
  readonly box: readonly [number, number, number, number];
  readonly query: string;
  /** 0 to 1. */
  readonly score?: number;
}

/** What a preview needs of a sample. `pixels` win over `image`: they are what the stages before have made of it. */
export interface PreviewSample {
  readonly key: string;
  readonly image?: Encoded | undefined;
  readonly pixels?: RgbImage | undefined;
  readonly text?: string | undefined;
  readonly boxes?: readonly PreviewBox[] | undefined;
}

export interface PreviewSheetOptions {
  /** Samples on the sheet, 1 to 1000. @default 24 */
  readonly count?: number;
  /** Pictures in a row of the PNG; the page flows by itself. @default 4 */
  readonly columns?: number;
  /** Side of the square, in pixels, that each picture is fitted into, 32 to 1024. @default 256 */
  readonly thumbnail?: number;
  /** Boxes drawn over one picture, the best by score; a note on the page says where there were more. @default 24 */
  readonly maxBoxes?: number;
  /** Largest width x height that is decoded, judged on the header. @default 64e6, that of `decodeImage` */
  readonly maxPixels?: number;
  /** Heading of the page. @default the number of samples */
  readonly title?: string;
}

/** A sample that could not be drawn. */
export interface NotDrawn {
  readonly key: string;
  readonly code: string;
  readonly message: string;
}

export interface PreviewResult {
  /** URLs written: the page, then the PNG; none when nothing could be drawn. */
  readonly files: readonly string[];
  readonly drawn: number;
  readonly notDrawn: readonly NotDrawn[];
}

/**
 * Collects the first `count` samples for a contact sheet and then writes it. Each picture is decoded, under the limits of `decodeImage`, and
 * shrunk as it is added, so a sheet holds at most {@link PreviewSheet.maxBytes} of pixels however large the pictures are. A sample whose picture
 * cannot be decoded counts, and is listed on the page instead of drawn.
 *
 * @throws UsageError when an option is out of range
 */
export class PreviewSheet {
  /** Bytes of pixels that a full sheet holds. */
  readonly maxBytes: number;
  readonly #options: Required<Omit<PreviewSheetOptions, 'title'>> & Pick<PreviewSheetOptions, 'title'>;
  readonly #items: ContactSheetItem[] = [];
  readonly #notDrawn: NotDrawn[] = [];
  #crowded = 0;
  #taken = 0;

  constructor(name: string, { count = 24, columns = 4, thumbnail = 256, maxBoxes = 24, maxPixels = 64e6, ...rest }: PreviewSheetOptions = {}) {
    checkInteger(name, 'count', count, 1, 1000);
    checkInteger(name, 'columns', columns, 1, 100);
    checkInteger(name, 'thumbnail', thumbnail, 32, 1024);
    checkInteger(name, 'maxBoxes', maxBoxes, 0);
    checkInteger(name, 'maxPixels', maxPixels, 1);
    this.#options = { ...rest, count, columns, thumbnail, maxBoxes, maxPixels };
    this.maxBytes = count * (2 * thumbnail) ** 2 * 3;
  }

  /** The sheet has its `count` samples. */
  get full(): boolean {
    return this.#taken >= this.#options.count;
  }

  /** Add a sample; one more than `count` is not looked at. @returns the bytes of pixels that the sheet keeps of it */
  async add(sample: PreviewSample): Promise<number> {
    if (this.full) return 0;
    this.#taken += 1;
    const { thumbnail, maxBoxes, maxPixels } = this.#options;
    try {
      const { width, height, data } = await pixelsOf(sample, maxPixels);
      // The page shows a picture at twice the thumbnail, for screens with dense pixels.
      const image = Math.max(width, height) > 2 * thumbnail ? await fitInto({ width, height, data }, 2 * thumbnail) : { width, height, data };
      const boxes = (sample.boxes ?? []).toSorted((a, b) => (b.score ?? 0) - (a.score ?? 0));
      if (boxes.length > maxBoxes) this.#crowded += 1;
      const shown = boxes.slice(0, maxBoxes).map(({ box, query, score }) => ({ box, label: query, ...(score === undefined ? {} : { score }) }));
      this.#items.push({ key: sample.key, caption: sample.text ?? '', boxes: shown, image, size: { width, height } });
      return image.data.length;
    } catch (error) {
      if (!(error instanceof SampleFault)) throw error;
      this.#notDrawn.push({ key: sample.key, code: error.code, message: error.message });
      return 0;
    }
  }

  /**
   * Write `FILE.html` and `FILE.png`; an ending .html or .png of `file` is left out first. Nothing is written when nothing could be drawn.
   *
   * @throws StoreError
   */
  async write(file: string, stores: StoresOf): Promise<PreviewResult> {
    const { columns, thumbnail, maxBoxes, title } = this.#options;
    const result = { drawn: this.#items.length, notDrawn: this.#notDrawn };
    if (this.#items.length === 0) return { files: [], ...result };
    const notes = this.#notDrawn.map(({ key, code, message }) => `not drawn: ${key}: ${code}: ${message}`);
    if (this.#crowded > 0) notes.push(`${this.#crowded} of the pictures have more than ${maxBoxes} boxes; the ${maxBoxes} with the highest scores are drawn`);
    const { html, png } = await contactSheet(this.#items, { columns, thumbnail, notes, ...(title === undefined ? {} : { title }) });
    const [page, picture] = previewFiles(file);
    await writeObject(stores(page), page, new TextEncoder().encode(html));
    await writeObject(stores(picture), picture, png);
    return { files: [page, picture], ...result };
  }
}

/** Where a preview called `file` stands: the page and the PNG. */
export function previewFiles(file: string): readonly [page: string, picture: string] {
  const base = file.replace(/\.(?:html|png)$/i, '');
  return [`${base}.html`, `${base}.png`];
}

/**
 * Draw the first `count` of some samples: `FILE.html` and `FILE.png`. Reads no more samples than it draws.
 *
 * ```ts
 * await drawPreview(samples, 'out/preview', stores, { count: 12 }); // { files: ['out/preview.html', 'out/preview.png'], drawn: 12, notDrawn: [] }
 * ```
 */
export async function drawPreview(
  samples: Iterable<PreviewSample> | AsyncIterable<PreviewSample>,
  file: string,
  stores: StoresOf,
  options: PreviewSheetOptions = {},
): Promise<PreviewResult> {
  const sheet = new PreviewSheet('drawPreview', options);
  for await (const sample of samples) {
    await sheet.add(sample);
    if (sheet.full) break;
  }
  return sheet.write(file, stores);
}

async function pixelsOf({ image, pixels }: PreviewSample, maxPixels: number): Promise<RgbImage> {
  if (pixels !== undefined) return pixels;
  if (image === undefined) throw new SampleFault('field-missing', 'the sample has no picture');
  return decodeImage(image.data, { maxPixels });
}
