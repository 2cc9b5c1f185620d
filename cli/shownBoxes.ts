import type { PreviewBox } from '../sinks/previewSheet.js';

/** A plain object of which nothing is known. */
export type Plain = Readonly<Record<string, unknown>>;

/**
 * The boxes of a JSON object, where it has some that are known: `boxes` of `pseudoLabel` with a `boxFormat` of xyxy beside them or in
 * `labelling`, or the `objects` of the shapes world.
 */
export function shownBoxes(object: Plain): PreviewBox[] {
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

export function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
