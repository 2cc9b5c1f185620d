import { bestQueryPerBox } from '../../kernels/labels/bestQueryPerBox.js';
import { fuseLabelSpaces } from '../../kernels/labels/fuseLabelSpaces.js';
import type { RgbImage } from '../../kernels/rgbImage.js';
import type { Detections } from '../../models/detector.js';
import type { QuerySet } from './querySet.js';

/** A box with its one label. */
export interface LabelledBox {
  /** x0, y0, x1, y1 in pixels of the picture, x to the right and y down, to 1e-3; not clipped unless asked for: it may reach beyond the edges. */
  readonly box: readonly [x0: number, y0: number, x1: number, y1: number];
  /** The query that scored highest. */
  readonly query: string;
  /** 0 to 1, after the label space's factor, to 1e-6. */
  readonly score: number;
  readonly labelSpace: string;
}

/**
 * The pseudo-labels of one picture (specs/detection.md 1.3): for every label space, every box with its best query; score = sigmoid of that
 * query's logit times the space's factor. The spaces follow each other in their order, boxes in the detector's; there is no NMS.
 *
 * @param found its columns are the queries of all sets, in order
 *
 * Throws an Error when a logit or a coordinate is not a number, and a RangeError when sizes do not fit.
 */
export function labelledBoxes(found: Detections, querySets: readonly QuerySet[], picture: Pick<RgbImage, 'width' | 'height'>, clip: boolean): LabelledBox[] {
  const asked = querySets.reduce((sum, { queries }) => sum + queries.length, 0);
  if (found.queries !== asked) throw new RangeError(`the teacher answered ${found.queries} queries of ${asked}`);
  const boxes = Array.from({ length: found.count }, (_, box) => pixelBox(found, box, picture, clip));
  let column = 0;
  const spaces = querySets.map(({ labelSpace, queries, scoreFactor }) => {
    const from = column;
    column += queries.length;
    if (queries.length === 0) return { boxes: [] };
    const { indices, scores } = bestQueryPerBox(columns(found, from, queries.length), found.count, queries.length);
    return { scoreFactor, boxes: boxes.map((box, place) => ({ box, query: queries[indices[place]!]!, score: scores[place]!, labelSpace })) };
  });
  return fuseLabelSpaces<LabelledBox>(spaces).map((labelled) => ({ ...labelled, score: rounded(labelled.score, 1e6) }));
}

/** Some columns of the logits as a matrix of their own. */
function columns({ count, queries, logits }: Detections, from: number, width: number): Float32Array {
  if (width === queries) return logits;
  const part = new Float32Array(count * width);
  for (let box = 0; box < count; box += 1) part.set(logits.subarray(box * queries + from, box * queries + from + width), box * width);
  return part;
}

function pixelBox({ boxes }: Detections, place: number, { width, height }: Pick<RgbImage, 'width' | 'height'>, clip: boolean): LabelledBox['box'] {
  const at = (corner: number, most: number): number => {
    const value = boxes[place * 4 + corner]!;
    if (!Number.isFinite(value)) throw new Error(`the teacher's box ${place} has the coordinate ${value}: look at the model and its input`);
    return rounded(clip ? Math.min(Math.max(value, 0), most) : value, 1e3);
  };
  return [at(0, width), at(1, height), at(2, width), at(3, height)];
}

/** To `1 / steps`, and never -0, which JSON cannot say. */
function rounded(value: number, steps: number): number {
  return Math.round(value * steps) / steps + 0;
}
