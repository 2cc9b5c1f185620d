import { boxFormats, clipXyxy, scaleXyxy, toXyxy, type BoxFormat } from './boxFormats.js';
import { SampleFault } from './sampleFault.js';

/**
 * Annotations of a picture as JSON. What `pipelines/owl-st.ts` writes is one; its further fields are ignored, here and in each box.
 *
 * ```json
 * { "boxFormat": "xyxy", "boxUnit": "pixel", "width": 640, "height": 480,
 *   "boxes": [{ "box": [10, 20, 200, 300], "query": "a red star", "score": 0.71 }, { "box": [0, 0, 50, 50], "label": "crowd of people", "crowd": true }],
 *   "negatives": ["blue square"] }
 * ```
 */
export interface BoxJson {
  /** @default 'xyxy' */
  readonly boxFormat?: BoxFormat;
  /** Pixels of a picture of `width` x `height`, or shares of its sides, 0 to 1. @default 'pixel' */
  readonly boxUnit?: 'pixel' | 'relative';
  /** Needed for pixels: the size of the picture as it is turned by its EXIF orientation. */
  readonly width?: number;
  readonly height?: number;
  readonly boxes: readonly {
    /** Four numbers of `boxFormat`. It may reach beyond the picture, and is cut at its edges; a box that is all outside is left out. */
    readonly box: readonly number[];
    /** What is in it: one of the two, not empty. */
    readonly label?: string;
    readonly query?: string;
    /** 0 to 1. @default 1 */
    readonly score?: number;
    /** Several objects in one box. @default false */
    readonly crowd?: boolean;
  }[];
  /** What is known not to be in the picture. @default none */
  readonly negatives?: readonly string[];
}

export interface BoxesOfJsonOptions {
  /** Boxes below this score are left out. @default 0 */
  readonly minScore?: number;
  /** Leave out all boxes of a label of which one is a crowd (scenic's `remove_crowd_annotations`, false there). @default false */
  readonly removeCrowds?: boolean;
}

/** The boxes of a picture, x0 y0 x1 y1 relative to it, with a label each. */
export interface JsonBoxes {
  readonly boxesXyxy: Float32Array;
  readonly boxLabels: readonly (readonly [string])[];
  readonly negativeLabels: readonly string[];
}

/** Read annotations. @throws SampleFault `boxes-invalid`, for what is not as in `BoxJson`, with its place */
export function boxesOfJson(value: unknown, { minScore = 0, removeCrowds = false }: BoxesOfJsonOptions = {}): JsonBoxes {
  const { boxFormat = 'xyxy', boxUnit = 'pixel', width, height, boxes, negatives = [] } = object(value, 'the annotations');
  if (!boxFormats.includes(boxFormat as BoxFormat)) throw invalid(`boxFormat must be ${boxFormats.join(', ')}`, boxFormat);
  if (boxUnit !== 'pixel' && boxUnit !== 'relative') throw invalid('boxUnit must be pixel or relative', boxUnit);
  const [byX, byY] = boxUnit === 'relative' ? [1, 1] : [1 / size('width', width), 1 / size('height', height)];
  if (!Array.isArray(boxes)) throw invalid('boxes must be a list', boxes);
  if (!Array.isArray(negatives) || !negatives.every((label) => typeof label === 'string')) throw invalid('negatives must be a list of texts', negatives);
  const read = boxes.map((entry, place) => ({ ...labelled(entry, `boxes[${place}]`), place }));
  const crowded = new Set(removeCrowds ? read.filter(({ crowd }) => crowd).map(({ label }) => label) : []);
  const kept = read.flatMap(({ box, label, score, place }) => {
    const corners = toXyxy(box, boxFormat as BoxFormat);
    if (corners[2]! < corners[0]! || corners[3]! < corners[1]!) throw invalid(`boxes[${place}].box has its corners in the wrong order`, box);
    const seen = clipXyxy(scaleXyxy(corners, byX, byY));
    const visible = seen[2]! > seen[0]! && seen[3]! > seen[1]!;
    return visible && score >= minScore && !crowded.has(label) ? [{ seen, label }] : [];
  });
  const boxesXyxy = new Float32Array(4 * kept.length);
  kept.forEach(({ seen }, i) => boxesXyxy.set(seen, 4 * i));
  return { boxesXyxy, boxLabels: kept.map(({ label }) => [label] as const), negativeLabels: negatives as readonly string[] };
}

function labelled(entry: unknown, place: string): { readonly box: readonly number[]; readonly label: string; readonly score: number; readonly crowd: boolean } {
  const { box, query, label = query, score = 1, crowd = false } = object(entry, place);
  if (!Array.isArray(box) || box.length !== 4 || !box.every((number) => Number.isFinite(number))) throw invalid(`${place}.box must be four numbers`, box);
  if (typeof label !== 'string' || label === '') throw invalid(`${place} must have a label or a query`, label);
  if (typeof score !== 'number' || !(score >= 0 && score <= 1)) throw invalid(`${place}.score must be from 0 to 1`, score);
  if (typeof crowd !== 'boolean') throw invalid(`${place}.crowd must be true or false`, crowd);
  return { box: box as readonly number[], label, score, crowd };
}

function object(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(`${what} must be an object`, value);
  return value as Readonly<Record<string, unknown>>;
}

function size(side: string, value: unknown): number {
  if (typeof value !== 'number' || !(value > 0 && Number.isFinite(value))) throw invalid(`${side} of the picture must be pixels above 0`, value);
  return value;
}

function invalid(message: string, value: unknown): SampleFault {
  return new SampleFault('boxes-invalid', `${message}, got ${(JSON.stringify(value) ?? 'nothing').slice(0, 60)}`);
}
