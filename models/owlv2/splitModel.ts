import type { EncodedQuery, EncodedText } from '../detector.js';
import { boxesInPixels } from './detections.js';
import type { OwlGraphs } from './modelFiles.js';
import { ownText, paddedColumns, tokenTensors, wantedOutputs, type OwlParts, type OwlRunner } from './parts.js';
import { openGraph } from './session.js';

/** A text with its embedding, `[D]`, as the class head multiplies it: already normalised. */
interface EmbeddedText extends EncodedText {
  readonly model: string;
  readonly embedding: Float32Array;
}

/**
 * Runs a model cut in two by `split.py`: texts are encoded once, a run of pictures then costs no text tower.
 *
 * A query of several templates enters as the plain mean of their embeddings, which equals the mean of their logits, because the graph is cut
 * after its own normalisation of the queries (specs/detection.md 1.3). Pictures of one call may have different numbers of queries.
 */
export async function splitModel(graphs: Extract<OwlGraphs, { kind: 'split' }>, parts: OwlParts): Promise<OwlRunner> {
  const { tokenizer, processor, projectionWidth: width, textBatch, digest } = parts;
  const { size } = processor;
  const length = tokenizer.contextLength;
  const text = await openGraph(graphs.text, parts.sessions, parts.threads, {
    inputs: { input_ids: ['int64', [null, length]], attention_mask: ['int64', [null, length]] },
    outputs: ['text_embeds'],
  });
  const image = await openGraph(graphs.image, parts.sessions, parts.threads, {
    inputs: { pixel_values: ['float32', [null, 3, size, size]], query_embeds: ['float32', [null, null, width]] },
    outputs: ['logits', 'pred_boxes'],
  });

  /** All texts of a run stand in one padded shape, so that an embedding never depends on how many others were asked for. */
  async function embed(texts: readonly string[]): Promise<EmbeddedText[]> {
    const { ids, mask } = tokenTensors(texts.map((one) => tokenizer.encode(one)), textBatch, tokenizer);
    const { text_embeds: embeds } = await text.run({ input_ids: [ids, [textBatch, length]], attention_mask: [mask, [textBatch, length]] }, ['text_embeds']);
    const rows = embeds!.data as Float32Array;
    return texts.map((one, i) => ({ text: one, model: digest, embedding: rows.slice(i * width, (i + 1) * width) }));
  }

  /** `query_embeds` of one picture into `target`; columns of padding stay 0. */
  function writeQueries(queries: readonly EncodedQuery[], target: Float32Array, offset: number): void {
    queries.forEach((templates, q) => {
      const embeddings = templates.map((one) => ownText<EmbeddedText>(one, digest).embedding);
      for (let k = 0; k < width; k += 1) {
        let sum = 0;
        for (const embedding of embeddings) sum += embedding[k]!;
        target[offset + q * width + k] = sum / embeddings.length;
      }
    });
  }

  return {
    textsAreCacheable: true,
    async encodeTexts(texts) {
      const batches = Array.from({ length: Math.ceil(texts.length / textBatch) }, (_, i) => texts.slice(i * textBatch, (i + 1) * textBatch));
      return (await Promise.all(batches.map(embed))).flat();
    },
    async detect(images, queries) {
      const columns = paddedColumns(queries.reduce((most, own) => Math.max(most, own.length), 0));
      const embeds = new Float32Array(images.length * columns * width);
      queries.forEach((own, i) => writeQueries(own, embeds, i * columns * width));
      const output = await image.run(
        { pixel_values: [processor.preprocess(images), [images.length, 3, size, size]], query_embeds: [embeds, [images.length, columns, width]] },
        wantedOutputs(image.outputs),
      );
      const count = output['pred_boxes']!.dims[1]!;
      const boxes = output['pred_boxes']!.data as Float32Array;
      const logits = output['logits']!.data as Float32Array;
      const objectness = output['objectness_logits']?.data as Float32Array | undefined;
      return images.map((picture, i) => ({
        count,
        queries: queries[i]!.length,
        boxes: boxesInPixels(boxes.subarray(i * count * 4, (i + 1) * count * 4), picture),
        logits: withoutPadding(logits.subarray(i * count * columns, (i + 1) * count * columns), count, columns, queries[i]!.length),
        objectness: objectness?.slice(i * count, (i + 1) * count) ?? new Float32Array(0),
      }));
    },
  };
}

/** The first `queries` of each row's `columns`. */
function withoutPadding(logits: Float32Array, count: number, columns: number, queries: number): Float32Array {
  const kept = new Float32Array(count * queries);
  for (let box = 0; box < count; box += 1) kept.set(logits.subarray(box * columns, box * columns + queries), box * queries);
  return kept;
}
