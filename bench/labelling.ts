/**
 * Labelling pictures: the whole path against onnxruntime alone doing the same inference.
 *
 *   npx tsx bench/labelling.ts
 *
 * 256 pictures of the shapes world as JPEG (96 to 192 pixels long, about 4.6 kB) with their captions (48 N-grams each on average), the tiny
 * teacher, batches of 8, one thread of onnxruntime. Two measurements:
 *
 * - warm texts: every N-gram is in the text cache; inference is the batches of pictures alone;
 * - cold texts: the cache starts empty, and each new N-gram goes through the text tower, 32 in a run.
 *
 * "onnxruntime alone" runs the same graphs over the same tensors in a tight loop on the main thread: the runs are recorded from the path, so
 * both sides do the same runs with the same shapes. The path decodes, makes N-grams, looks texts up, prepares pixels, detects with two
 * batches in flight and keeps boxes. Pairs alternate; a ratio is the path's images/s : onnxruntime's images/s in the same pair, quoted as the
 * median of 7 pairs. The goal is 0.9 on 2 cores.
 */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { fileURLToPath } from 'node:url';
import { decodeImage } from '../formats/image/decodeImage.js';
import { encodeJpeg } from '../formats/image/encodeJpeg.js';
import { bestQueryPerBox } from '../kernels/labels/bestQueryPerBox.js';
import { keepBoxes } from '../kernels/labels/keepBoxes.js';
import { captionNgrams } from '../kernels/labels/ngrams.js';
import { drawScene } from '../kernels/shapesWorld/index.js';
import type { Detector, EncodedText } from '../models/detector.js';
import { owlv2Config } from '../models/owlv2/config.js';
import { readModelFiles } from '../models/owlv2/modelFiles.js';
import { owlv2 } from '../models/owlv2/owlv2.js';
import { paddedColumns, tokenTensors } from '../models/owlv2/parts.js';
import { owlv2Processor } from '../models/owlv2/processor.js';
import { owlv2Tokenizer } from '../models/owlv2/tokenizer.js';

const PAIRS = 7;
const PICTURES = 256;
const BATCH = 8;
const TEXT_BATCH = 32;
const BATCHES_IN_FLIGHT = 2;
const folder = fileURLToPath(new URL('../models/tiny-owlv2', import.meta.url));

interface Item {
  readonly jpeg: Uint8Array;
  readonly caption: string;
}
const items: readonly Item[] = await Promise.all(Array.from({ length: PICTURES }, async (_, i) => {
  const { image, caption } = drawScene(0, i);
  return { jpeg: await encodeJpeg(image), caption };
}));

type TextCache = Map<string, Promise<EncodedText>>;

/** Decode, N-grams, text cache, detect, keep: by hand, without the engine. Returns the pictures that keep a box. */
async function bare(detector: Detector, cache: TextCache): Promise<number> {
  let next = 0;
  let kept = 0;
  const lookUp = (texts: readonly string[]): void => {
    const missing = [...new Set(texts)].filter((text) => !cache.has(text));
    if (missing.length === 0) return;
    const encoded = detector.encodeTexts(missing);
    missing.forEach((text, i) => cache.set(text, encoded.then((all) => all[i]!)));
  };
  const labelBatches = async (): Promise<void> => {
    while (next < PICTURES) {
      const batch = items.slice(next, (next += BATCH));
      const texts = batch.map(({ caption }) => captionNgrams(caption));
      lookUp(texts.flat());
      const images = await Promise.all(batch.map(({ jpeg }) => decodeImage(jpeg)));
      const queries = await Promise.all(texts.map((own) => Promise.all(own.map(async (text) => [await cache.get(text)!]))));
      for (const { logits, count, queries: columns } of await detector.detect(images, queries)) {
        const { scores } = bestQueryPerBox(logits, count, columns);
        if (keepBoxes([...scores].map((score) => ({ score }))).kept) kept += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: BATCHES_IN_FLIGHT }, labelBatches));
  return kept;
}

type Run = readonly [graph: 'text' | 'image', feeds: Readonly<Record<string, Tensor>>, wanted: readonly string[]];

/** The detector itself, and the runs of onnxruntime that its calls amount to, as `splitModel` makes them. */
async function recorder(detector: Detector): Promise<Detector & { readonly runs: Run[] }> {
  const files = await readModelFiles(folder);
  const { text: { contextLength }, projectionWidth: width } = owlv2Config(files.config, folder);
  const tokenizer = owlv2Tokenizer(files, folder, { contextLength });
  const processor = owlv2Processor(files.preprocessorConfig, folder);
  const runs: Run[] = [];
  return {
    ...detector,
    runs,
    encodeTexts(texts) {
      for (let i = 0; i < texts.length; i += TEXT_BATCH) {
        const { ids, mask } = tokenTensors(texts.slice(i, i + TEXT_BATCH).map((text) => tokenizer.encode(text)), TEXT_BATCH, tokenizer);
        const dims = [TEXT_BATCH, contextLength];
        runs.push(['text', { input_ids: new Tensor('int64', ids, dims), attention_mask: new Tensor('int64', mask, dims) }, ['text_embeds']]);
      }
      return detector.encodeTexts(texts);
    },
    detect(images, queries) {
      const columns = paddedColumns(Math.max(...queries.map((own) => own.length)));
      const embeds = new Float32Array(images.length * columns * width);
      queries.forEach((own, i) => own.forEach(([text], q) => embeds.set((text as EncodedText & { embedding: Float32Array }).embedding, (i * columns + q) * width)));
      const pixels = new Tensor('float32', processor.preprocess(images), [images.length, 3, processor.size, processor.size]);
      runs.push(['image', { pixel_values: pixels, query_embeds: new Tensor('float32', embeds, [images.length, columns, width]) }, ['logits', 'pred_boxes', 'objectness_logits']]);
      return detector.detect(images, queries);
    },
  };
}

const options: InferenceSession.SessionOptions = { executionProviders: ['cpu'], intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential', graphOptimizationLevel: 'all', logSeverityLevel: 3 };
const sessions = { text: await InferenceSession.create(`${folder}/text.onnx`, options), image: await InferenceSession.create(`${folder}/image.onnx`, options) };

async function alone(runs: readonly Run[]): Promise<void> {
  for (const [graph, feeds, wanted] of runs) await sessions[graph].run(feeds, wanted);
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const write = (line: string): unknown => process.stdout.write(`${line}\n`);

async function imagesPerSecond(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (PICTURES * 1000) / (performance.now() - start);
}

/** Alternating pairs; the first one warms up. */
async function compare(name: string, path: () => Promise<unknown>, runs: readonly Run[]): Promise<void> {
  const pairs: { own: number; ort: number }[] = [];
  for (let round = -1; round < PAIRS; round += 1) {
    const first = round % 2 === 0 ? await imagesPerSecond(path) : undefined;
    const ort = await imagesPerSecond(() => alone(runs));
    const own = first ?? (await imagesPerSecond(path));
    if (round >= 0) pairs.push({ own, ort });
  }
  const ratios = pairs.map(({ own, ort }) => own / ort);
  const spread = `${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}`;
  const texts = runs.filter(([graph]) => graph === 'text').length;
  write(
    `${name.padEnd(28)} path ${median(pairs.map(({ own }) => own)).toFixed(0).padStart(4)} images/s   onnxruntime alone ${median(pairs.map(({ ort }) => ort)).toFixed(0).padStart(4)} images/s   ` +
      `ratio ${median(ratios).toFixed(3)} [${spread}]   (${runs.length - texts} picture runs, ${texts} text runs)`,
  );
}

const detector = await owlv2(folder, { threads: 1, textBatch: TEXT_BATCH });
const paths: Readonly<Record<string, (detector: Detector, cache: TextCache) => Promise<number>>> = { 'bare path': bare };
write(`${PICTURES} pictures, batches of ${BATCH}, ${BATCHES_IN_FLIGHT} in flight, ${PAIRS} pairs, Node ${process.versions.node}, ${String(detector.preprocessing['provider'])}`);
for (const [name, path] of Object.entries(paths)) {
  const cold = await recorder(detector);
  const cache: TextCache = new Map();
  const kept = await path(cold, cache);
  const warm = await recorder(detector);
  await path(warm, cache);
  write(`${name}: ${kept} of ${PICTURES} pictures kept, ${cache.size} distinct texts`);
  await compare(`${name}, warm texts`, () => path(detector, cache), warm.runs);
  await compare(`${name}, cold texts`, () => path(detector, new Map()), cold.runs);
}
await detector.close();
