import type { RgbImage } from '../../kernels/rgbImage.js';
import type { Detections, EncodedQuery, EncodedText } from '../detector.js';
import { boxesInPixels, meanOverTemplates } from './detections.js';
import type { OwlGraphs } from './modelFiles.js';
import { ownText, paddedColumns, tokenTensors, wantedOutputs, type OwlParts, type OwlRunner } from './parts.js';
import { openGraph } from './session.js';
import type { TokenRow } from './tokenizer.js';

/** A text with its tokens: a merged graph has no place where an embedding could enter. */
interface TokenisedText extends EncodedText, TokenRow {
  readonly model: string;
}

/**
 * Runs a public OWLv2 export: one graph from tokens and pixels to boxes, so every text is encoded again for every picture (specs/detection.md
 * 4.3). For N-gram labels that is nearly all of the work: see `owlv2Cost`, and split the model when it matters.
 *
 * Pictures go one by one: the graph wants picture count x query count rows of text, so a batch would repeat the texts anyway, and exports
 * exist that accept only one picture. Padding rows of text are the empty text; their columns are dropped.
 */
export async function mergedModel(graphs: Extract<OwlGraphs, { kind: 'merged' }>, parts: OwlParts): Promise<OwlRunner> {
  const { tokenizer, processor, digest } = parts;
  const { size } = processor;
  const length = tokenizer.contextLength;
  const graph = await openGraph(graphs.model, parts.sessions, parts.threads, {
    inputs: { input_ids: ['int64', [null, length]], attention_mask: ['int64', [null, length]], pixel_values: ['float32', [null, 3, size, size]] },
    outputs: ['logits', 'pred_boxes'],
  });

  async function detectOne(image: RgbImage, queries: readonly EncodedQuery[]): Promise<Detections> {
    const texts = queries.flat().map((one) => ownText<TokenisedText>(one, digest));
    const columns = paddedColumns(texts.length);
    const { ids, mask } = tokenTensors(texts, columns, tokenizer);
    const output = await graph.run(
      { input_ids: [ids, [columns, length]], attention_mask: [mask, [columns, length]], pixel_values: [processor.preprocess([image]), [1, 3, size, size]] },
      wantedOutputs(graph.outputs),
    );
    const count = output['pred_boxes']!.dims[1]!;
    return {
      count,
      queries: queries.length,
      boxes: boxesInPixels(output['pred_boxes']!.data as Float32Array, image),
      logits: meanOverTemplates(output['logits']!.data as Float32Array, count, columns, queries.map((templates) => templates.length)),
      objectness: (output['objectness_logits']?.data as Float32Array | undefined)?.slice() ?? new Float32Array(0),
    };
  }

  return {
    textsAreCacheable: false,
    encodeTexts: async (texts) => texts.map((text): TokenisedText => ({ text, model: digest, ...tokenizer.encode(text) })),
    // All are asked for at once, so that a picture is prepared while the one before it is in the thread.
    detect: (images, queries) => Promise.all(images.map((image, i) => detectOne(image, queries[i]!))),
  };
}
