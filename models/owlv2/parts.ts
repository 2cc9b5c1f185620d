import type { RgbImage } from '../../kernels/rgbImage.js';
import type { Detections, EncodedQuery, EncodedText } from '../detector.js';
import { ModelError } from '../modelError.js';
import type { Owlv2Processor } from './processor.js';
import type { SessionThread } from './sessionThread.js';
import type { Owlv2Tokenizer } from './tokenizer.js';

/** What the split and the merged way of running a model share. */
export interface OwlParts {
  /** Of the model's files: marks the texts that it encoded. */
  readonly digest: string;
  readonly processor: Owlv2Processor;
  readonly tokenizer: Owlv2Tokenizer;
  /** Width of a text embedding. */
  readonly projectionWidth: number;
  /** Where the graphs are loaded and run. Its owner closes it, and the graphs with it. */
  readonly sessions: SessionThread;
  /** `intra-op` threads of onnxruntime. */
  readonly threads: number;
  /** Texts encoded in one run, of the split model. */
  readonly textBatch: number;
}

/** One way of running a model: what differs between the split and the merged graphs. */
export interface OwlRunner {
  readonly textsAreCacheable: boolean;
  encodeTexts(texts: readonly string[]): Promise<readonly EncodedText[]>;
  detect(images: readonly RgbImage[], queries: readonly (readonly EncodedQuery[])[]): Promise<readonly Detections[]>;
}

/**
 * Columns of text are padded to a multiple of this. Measured on the tiny model with onnxruntime 1.30 on x86-64: a picture's bits are the same
 * for 2 to 320 columns and for 1 to 16 pictures in a run, but a single column takes another matrix routine and moves some logits by 1e-6. It
 * also keeps the number of different shapes small, for each of which onnxruntime plans memory.
 */
const COLUMN_MULTIPLE = 8;

/** How many columns to compute for `count` texts or queries; at least one multiple, so that a picture without queries still has boxes. */
export function paddedColumns(count: number): number {
  return Math.max(1, Math.ceil(count / COLUMN_MULTIPLE)) * COLUMN_MULTIPLE;
}

/** The outputs to ask of a graph; OWL-ViT of the first version has no objectness. */
export function wantedOutputs(available: ReadonlySet<string>): readonly string[] {
  return ['logits', 'pred_boxes', ...(available.has('objectness_logits') ? ['objectness_logits'] : [])];
}

/** Token rows as `input_ids` and `attention_mask`, int64 `[rows, contextLength]`; missing rows are the empty text. */
export function tokenTensors(rows: readonly { readonly ids: Int32Array; readonly length: number }[], count: number, tokenizer: Owlv2Tokenizer): { readonly ids: BigInt64Array; readonly mask: BigInt64Array } {
  const { contextLength } = tokenizer;
  const empty = tokenizer.encode('');
  const ids = new BigInt64Array(count * contextLength);
  const mask = new BigInt64Array(count * contextLength);
  for (let row = 0; row < count; row += 1) {
    const from = rows[row] ?? empty;
    for (let i = 0; i < contextLength; i += 1) ids[row * contextLength + i] = BigInt(from.ids[i]!);
    mask.fill(1n, row * contextLength, row * contextLength + from.length);
  }
  return { ids, mask };
}

/** Checks that `text` was encoded by the model of `digest`, and gives its inner form. */
export function ownText<T extends EncodedText & { readonly model: string }>(text: EncodedText, digest: string): T {
  const own = text as T;
  if (own.model !== digest) {
    throw new ModelError(`the encoded text ${JSON.stringify(text.text)} is not of this model (digest ${digest.slice(0, 12)}); encode it with this detector's encodeTexts`);
  }
  return own;
}
