import { averagePrecision } from './averagePrecision.js';
import { toXyxy } from './boxFormats.js';
import { matchBoxes } from './matchBoxes.js';

export interface DetectionOutputs {
  /** `[pictures, tokens, queries]` */
  readonly logits: Float32Array;
  /** `[pictures, tokens, 4]` centre and size. */
  readonly boxes: Float32Array;
  /** `[pictures, rows, 4]` centre and size. */
  readonly truths: Float32Array;
  /** `[pictures, rows, queries]`: 1 where a true box answers a query; a row without is padding. */
  readonly answers: Float32Array;
  /** `[pictures]`: 0 for padding. */
  readonly weights: Float32Array;
}

/**
 * AP50 of a detector whose queries mean the same in every picture: for each query the boxes of all tokens by their score, COCO's greedy matching at IoU 0.5, the area
 * under the precision-recall curve; the mean over queries that some picture has.
 */
export function detectionPrecision({ logits, boxes, truths, answers, weights }: DetectionOutputs): number {
  const pictures = weights.length;
  const tokens = boxes.length / 4 / pictures;
  const rows = truths.length / 4 / pictures;
  const queries = logits.length / (pictures * tokens);
  const [found, real] = [toXyxy(boxes, 'cxcywh'), toXyxy(truths, 'cxcywh')];
  const precisions: number[] = [];
  for (let query = 0; query < queries; query += 1) {
    const [scores, hits]: [number[], number[]] = [[], []];
    let count = 0;
    for (let picture = 0; picture < pictures; picture += 1) {
      if ((weights[picture] as number) <= 0) continue;
      const own = Array.from({ length: rows }, (_, row) => row).filter((row) => answers[(picture * rows + row) * queries + query] === 1);
      const of = own.flatMap((row) => [...real.subarray((picture * rows + row) * 4, (picture * rows + row + 1) * 4)]);
      const said = Array.from({ length: tokens }, (_, token) => logits[(picture * tokens + token) * queries + query] as number);
      scores.push(...said);
      hits.push(...matchBoxes(found.subarray(picture * tokens * 4, (picture + 1) * tokens * 4), said, of));
      count += own.length;
    }
    const precision = averagePrecision(scores, hits, count);
    if (precision !== undefined) precisions.push(precision);
  }
  return precisions.length === 0 ? 0 : precisions.reduce((sum, precision) => sum + precision, 0) / precisions.length;
}
