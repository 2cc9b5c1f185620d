import { basename, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Detector, EncodedQuery } from '../detector.js';
import { ModelError } from '../modelError.js';
import { owlv2Config } from './config.js';
import { mergedModel } from './mergedModel.js';
import { readModelFiles, type OwlGraphs } from './modelFiles.js';
import type { OwlParts, OwlRunner } from './parts.js';
import { owlv2Processor } from './processor.js';
import { openSessionThread } from './sessionThread.js';
import { splitModel } from './splitModel.js';
import { owlv2Tokenizer, type TruncateMode } from './tokenizer.js';

export interface Owlv2Options {
  /**
   * Threads inside one operation of onnxruntime. Part of what fixes the bits of a label: do not let it follow the machine.
   * @default 1
   */
  readonly threads?: number;
  /** What the padding of a picture holds, 0 to 1, before normalising. @default `pad_value` of preprocessor_config.json, else 0 */
  readonly padValue?: number;
  /** What a text too long for the context loses: its end (`'keep-end'`), or its end token (`'scenic'`). @default 'keep-end' */
  readonly truncate?: TruncateMode;
  /** Texts encoded in one run of a split model; shorter runs are padded. @default 32 (on the tiny model from 8 up a text takes about half the time that it takes alone) */
  readonly textBatch?: number;
}

/**
 * Loads an OWLv2 (or OWL-ViT) open-vocabulary detector from a folder on this machine, to run on the CPU.
 *
 * The folder holds a split model (`text.onnx`, `image.onnx`) or a public merged export (`model.onnx`, `onnx/model.onnx`, `teacher.onnx`), with
 * `config.json`, `preprocessor_config.json`, `tokenizer.json` and `tokenizer_config.json`. Both kinds give the same results to 1e-4; only the
 * split one can encode a text once for many pictures (`textsAreCacheable`). Nothing is downloaded.
 *
 * Same files, options, machine type and onnxruntime: same bits. On the tiny model a picture's result also did not depend on the other
 * pictures of a call, nor on their queries.
 *
 * Inference runs in a worker thread of this process, one for each detector, call after call in the order they were made; pictures are prepared
 * in the calling thread. With two calls of `detect` in flight the next batch is prepared while the one before it is inferred. A detector that
 * nobody closes keeps the process alive only while calls are in flight. A thread that dies takes its detector along: calls reject with an
 * Error of `code` `'worker-died'`.
 *
 * ```ts
 * const detector = await owlv2('models/tiny-owlv2');
 * const [star, ring] = await detector.encodeTexts(['a star', 'a ring']);
 * const [found] = await detector.detect([image], [[[star!], [ring!]]]);   // two queries of one template each
 * found.boxes;    // Float32Array [144, 4], x0 y0 x1 y1 in pixels
 * ```
 *
 * @throws ModelError naming the folder and what is expected there
 */
export async function owlv2(directory: string, options: Owlv2Options = {}): Promise<Detector> {
  const { threads = 1, padValue, truncate = 'keep-end', textBatch = 32 } = options;
  for (const [name, value] of Object.entries({ threads, textBatch })) {
    if (!Number.isSafeInteger(value) || value < 1) throw new ModelError(`owlv2: ${name} must be an integer from 1 up, got ${value}`);
  }
  const files = await readModelFiles(directory);
  const config = owlv2Config(files.config, files.directory);
  const parts: Omit<OwlParts, 'sessions'> = {
    digest: files.digest,
    processor: owlv2Processor(files.preprocessorConfig, files.directory, { padValue }),
    tokenizer: owlv2Tokenizer(files, files.directory, { contextLength: config.text.contextLength, truncate }),
    projectionWidth: config.projectionWidth,
    threads,
    textBatch,
  };
  const sessions = await openSessionThread();
  const runner = await openRunner(files.graphs, { ...parts, sessions }).catch(async (error: unknown) => {
    await sessions.close();
    throw error;
  });
  const { size, padValue: pad, mean, std } = parts.processor;
  const working = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;

  async function use<T>(work: () => Promise<T>): Promise<T> {
    if (closing !== undefined) throw new ModelError(`the detector of ${files.directory} was closed`);
    const done = work();
    working.add(done);
    try {
      return await done;
    } finally {
      working.delete(done);
    }
  }

  return {
    name: `owlv2/${basename(resolve(files.directory))}`,
    digest: files.digest,
    preprocessing: {
      size,
      pad: 'bottom-right',
      padValue: pad,
      resize: 'skimage-antialias',
      mean,
      std,
      contextLength: config.text.contextLength,
      truncate,
      graph: files.graphs.kind,
      provider: `onnxruntime-node ${sessions.version} cpu`,
      threads,
      ...(files.graphs.kind === 'split' ? { textBatch } : {}),
    },
    textsAreCacheable: runner.textsAreCacheable,
    encodeTexts: (texts) => use(() => runner.encodeTexts(texts)),
    detect: (images, queries) =>
      use(async () => {
        checkQueries(images.length, queries);
        if (images.length === 0) return [];
        // Preparing a batch keeps this thread busy for a while; other calls of this turn, such as the texts of the next batch, get to the
        // inference thread first, which would stand still meanwhile (1.4 times as fast with texts that are not cached: bench/labelling.ts).
        await setImmediate();
        return runner.detect(images, queries);
      }),
    close: () => (closing ??= Promise.allSettled(working).then(() => sessions.close())),
  };
}

function checkQueries(images: number, queries: readonly (readonly EncodedQuery[])[]): void {
  if (images !== queries.length) throw new RangeError(`detect: ${images} images need as many lists of queries, got ${queries.length}`);
  queries.forEach((own, i) => own.forEach((templates, q) => {
    if (templates.length === 0) throw new RangeError(`detect: query ${q} of image ${i} has no encoded text; a query is one text a template, at least one`);
  }));
}

function openRunner(graphs: OwlGraphs, parts: OwlParts): Promise<OwlRunner> {
  return graphs.kind === 'split' ? splitModel(graphs, parts) : mergedModel(graphs, parts);
}
