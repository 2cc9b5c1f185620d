import { json, utf8 } from '../../formats/fields.js';
import { sniffImage } from '../../formats/image/sniff.js';
import type { RecordMember } from '../../formats/tar/webdataset.js';
import { SampleFault } from '../../kernels/sampleFault.js';
import type { PreviewSample } from '../../sinks/previewSheet.js';
import { isPlain, shownBoxes, type Plain } from '../shownBoxes.js';

type Members = readonly RecordMember[];

/** The caption of a record: its `.txt`, else `caption` or `text` of a JSON file. undefined where there is none that can be read. */
export function captionOf(members: Members): string | undefined {
  const file = members.find(({ extension }) => extension === 'txt');
  const text = file === undefined ? undefined : readable(() => utf8('txt').decode(file));
  return text ?? objectsOf(members).flatMap(({ caption, text: other }) => [caption, other]).find((value) => typeof value === 'string');
}

/**
 * A record as a preview shows it: its first picture, its caption, and its boxes where a JSON file has some that are known to
 * {@link shownBoxes}.
 */
export function previewSampleOf(key: string, members: Members): PreviewSample {
  const picture = members.find(({ extension }) => /^(?:.*\.)?(?:jpe?g|png|webp|gif|avif)$/.test(extension)) ?? members.find(({ data }) => sniffImage(data) !== undefined);
  return { key, image: picture, text: captionOf(members), boxes: objectsOf(members).map(shownBoxes).find((boxes) => boxes.length > 0) ?? [] };
}

/** The JSON objects of a record. */
function objectsOf(members: Members): Plain[] {
  return members
    .filter(({ extension }) => /^(?:.*\.)?json$/.test(extension))
    .map((file) => readable(() => json('json').decode(file)))
    .filter(isPlain);
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
