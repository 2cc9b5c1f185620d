import type { Sample } from '../engine/sample.js';
import type { PreviewBox } from '../sinks/previewSheet.js';
import { isPlain, shownBoxes } from './shownBoxes.js';

/** Boxes relative to the picture are at most so large: those of something that was cut may reach over its edge. */
const MAX_RELATIVE = 1.5;

/**
 * The boxes of a sample, in pixels of a picture of this size: its own `boxes` (a list of box, query and score, in xyxy), those of a JSON field that are known to
 * `shownBoxes`, or those of a float32 field whose name begins with `boxes`. Of such a field the name says the format (`boxesXyxy`, `boxesCxcywh`, `boxesYxyx`;
 * else xyxy) and the numbers whether they are pixels or relative to the picture; `boxLabels` beside it are its labels, else their places. Boxes of zeros or of
 * negative numbers alone are padding.
 *
 * @param max the best of them by score; 24 is that of `preview`
 */
export function sampleBoxes(sample: Sample, size: { readonly width: number; readonly height: number }, max = 24): PreviewBox[] {
  const listed = [{ boxFormat: 'xyxy', ...sample }, ...Object.values(sample).filter(isPlain)].map(shownBoxes).find((boxes) => boxes.length > 0);
  const boxes = listed ?? Object.entries(sample).flatMap(([name, value]) => (/^boxes/i.test(name) && value instanceof Float32Array && value.length % 4 === 0 ? rowsOf(name, value, sample, size) : []));
  return boxes.toSorted((a, b) => (b.score ?? 0) - (a.score ?? 0)).slice(0, max);
}

function rowsOf(name: string, values: Float32Array, sample: Sample, { width, height }: { readonly width: number; readonly height: number }): PreviewBox[] {
  const format = /(cxcywh|yxyx)/i.exec(name)?.[1]?.toLowerCase() ?? 'xyxy';
  const [byX, byY] = values.every((value) => value <= MAX_RELATIVE) ? [width, height] : [1, 1];
  const labels = (sample as Sample & { readonly boxLabels?: unknown }).boxLabels;
  return Array.from({ length: values.length / 4 }, (_, index) => index).flatMap((index) => {
    const [a = 0, b = 0, c = 0, d = 0] = values.subarray(4 * index, 4 * index + 4);
    if ([a, b, c, d].every((value) => value <= 0)) return [];
    const [x0, y0, x1, y1] = format === 'cxcywh' ? [a - c / 2, b - d / 2, a + c / 2, b + d / 2] : format === 'yxyx' ? [b, a, d, c] : [a, b, c, d];
    const label: unknown = Array.isArray(labels) ? labels[index] : undefined;
    return [{ box: [x0 * byX, y0 * byY, x1 * byX, y1 * byY], query: Array.isArray(label) ? label.join(', ') : typeof label === 'string' ? label : String(index) }];
  });
}
