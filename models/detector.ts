import type { RgbImage } from '../kernels/rgbImage.js';

/**
 * One text as a detector encodes it; reusable over pictures and calls, by detectors of the same digest. `text` is the exact string that was
 * encoded. What else it holds (an embedding, or tokens) is the detector's own: plain data, so it may be cached.
 */
export interface EncodedText {
  readonly text: string;
}

/**
 * One query: the encoded texts of its templates, at least one; without templates, the one text. The detector averages their logits, which
 * is what scenic's evaluator does (specs/detection.md 1.3). Queries of one picture may have different numbers of templates.
 */
export type EncodedQuery = readonly EncodedText[];

/**
 * What a detector saw in one picture, for `count` boxes and `queries` queries. Nothing is thresholded, sorted or suppressed, and `count` is
 * the same for every picture (144 for the tiny teacher, 3,600 for OWLv2 base). The arrays belong to the caller.
 */
export interface Detections {
  readonly count: number;
  /** As many as were asked for in this picture; 0 is allowed, boxes and objectness are then still there. */
  readonly queries: number;
  /** `[count, 4]` x0 y0 x1 y1 in pixels of the original picture; unclipped, so a box may reach beyond its edges. */
  readonly boxes: Float32Array;
  /** `[count, queries]` class logits, row by row; score = sigmoid. */
  readonly logits: Float32Array;
  /** `[count]` objectness logits, query-independent; empty where the model has none. */
  readonly objectness: Float32Array;
}

/**
 * An open-vocabulary detector: texts are encoded once, pictures are searched for them. One session a process.
 *
 * A fault of the model or of the call is an ordinary error and stops the run; no sample is to blame for it. Inference may block the thread.
 */
export interface Detector {
  readonly name: string;
  /** sha256 (hex) over the model files, its configuration and the tokenizer, in a fixed order. Options are not in it: see `preprocessing`. */
  readonly digest: string;
  /** How pictures and texts are prepared and what computes, for the fingerprint and the provenance of labels: plain JSON. */
  readonly preprocessing: Readonly<Record<string, unknown>>;
  /** True where texts are encoded apart from pictures, so that caching them saves work. */
  readonly textsAreCacheable: boolean;
  /** Encodes texts, in their order; a text's encoding does not depend on the others. */
  encodeTexts(texts: readonly string[]): Promise<readonly EncodedText[]>;
  /**
   * `queries[i]` are searched in `images[i]`; lists may differ in length from picture to picture. Results are a function of this call's
   * arguments alone. Whether they depend on the other pictures in the call is the model's affair: OWLv2 measured says no, to the bit.
   *
   * @throws RangeError where the lists do not fit together; ModelError for texts of another model
   */
  detect(images: readonly RgbImage[], queries: readonly (readonly EncodedQuery[])[]): Promise<readonly Detections[]>;
  /** Frees the session; afterwards only `close` may be called again. */
  close(): Promise<void>;
}
