import type { RgbImage } from '../kernels/rgbImage.js';

/** One text as a detector encodes it; opaque and reusable over pictures. `text` is the exact string that was encoded. */
export interface EncodedText {
  readonly text: string;
}

/** One query: the encoded texts of its templates. The detector averages their logits (scenic's evaluator; specs/detection.md 1.3). */
export type EncodedQuery = readonly EncodedText[];

/** What a detector saw in one picture, for `count` boxes and `queries` queries. Nothing is thresholded, no NMS. */
export interface Detections {
  readonly count: number;
  readonly queries: number;
  /** `[count, 4]` x0 y0 x1 y1 in pixels of the original picture (unpadded, unclipped). */
  readonly boxes: Float32Array;
  /** `[count, queries]` class logits; score = sigmoid. */
  readonly logits: Float32Array;
  /** `[count]` objectness logits, query-independent; empty where the model has none. */
  readonly objectness: Float32Array;
}

/** An open-vocabulary detector: texts are encoded once, pictures are searched for them. One session a process. */
export interface Detector {
  readonly name: string;
  /** sha256 (hex) over the model files and the tokenizer, in a fixed order. */
  readonly digest: string;
  /** How pictures are prepared, for the provenance of labels: plain JSON. */
  readonly preprocessing: Readonly<Record<string, unknown>>;
  /** True where texts are encoded apart from pictures, so that caching them saves work. */
  readonly textsAreCacheable: boolean;
  encodeTexts(texts: readonly string[]): Promise<readonly EncodedText[]>;
  /** `queries[i]` are searched in `images[i]`. Results are a function of this call's arguments alone. */
  detect(images: readonly RgbImage[], queries: readonly (readonly EncodedQuery[])[]): Promise<readonly Detections[]>;
  close(): Promise<void>;
}
