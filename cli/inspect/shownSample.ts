import { json, utf8 } from '../../formats/fields.js';
import { sniffImage } from '../../formats/image/sniff.js';
import type { RecordMember } from '../../formats/tar/webdataset.js';
import { SampleFault } from '../../kernels/sampleFault.js';
import type { PreviewBox, PreviewSample } from '../../sinks/previewSheet.js';

type Members = readonly RecordMember[];
type Plain = Readonly<Record<string, unknown>>;

/** The caption of a record: its `.txt`, else `caption` or `text` of a JSON file. undefined where there is none that can be read. */
export function captionOf(members: Members): string | undefined {
  const file = members.find(({ extension }) => extension === 'txt');
  const text = file === undefined ? undefined : readable(() => utf8('txt').decode(file));
  return text ?? objectsOf(members).flatMap(({ caption, text: other }) => [caption, other]).find((value) => typeof value === 'string');
}

/**
 * A record as a preview shows it: its first picture, its caption, and its boxes where a JSON file has some that are known: `boxes` of
 * `pseudoLabel` with a `boxFormat` of xyxy beside them or in `labelling`, or the `objects` of the shapes world.
 */
export function previewSampleOf(key: string, members: Members): PreviewSample {
  const picture = members.find(({ extension }) => /^(?:.*\.)?(?:jpe?g|png|webp|gif|avif)$/.test(extension)) ?? members.find(({ data }) => sniffImage(data) !== undefined);
  return { key, image: picture, text: captionOf(members), boxes: objectsOf(members).map(boxesOf).find((boxes) => boxes.length > 0) ?? [] };
}

/** The JSON objects of a record. */
function objectsOf(members: Members): Plain[] {
  return members
    .filter(({ extension }) => /^(?:.*\.)?json$/.test(extension))
    .map((file) => readable(() => json('json').decode(file)))
    .filter(isPlain);
}

function boxesOf(object: Plain): PreviewBox[] {
  const labelling = isPlain(object.labelling) ? object.labelling : object;
  if (Array.isArray(object.boxes) && (object.boxFormat ?? labelling.boxFormat) === 'xyxy') return object.boxes.flatMap((entry) => boxOf(entry, isPlain(entry) ? entry.query : undefined));
  if (Array.isArray(object.objects)) {
    return object.objects.flatMap((entry) => boxOf(entry, isPlain(entry) ? [entry.size, entry.colour, entry.shape].filter((word) => typeof word === 'string').join(' ') : undefined));
  }
  return [];
}

function boxOf(entry: unknown, query: unknown): PreviewBox[] {
  if (!isPlain(entry) || typeof query !== 'string' || query === '') return [];
  const { box, score } = entry;
  if (!Array.isArray(box) || box.length !== 4 || !box.every((corner) => typeof corner === 'number')) return [];
  return [{ box: box as unknown as PreviewBox['box'], query, ...(typeof score === 'number' ? { score } : {}) }];
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** undefined where the bytes are at fault: the inspection has that already. */
function readable<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch (error) {
    if (error instanceof SampleFault) return undefined;
    throw error;
  }
}
