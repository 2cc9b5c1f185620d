/**
 * OWL-ViT: pictures with boxes and texts for open-vocabulary detection (arXiv 2205.06230; scenic's owl_vit configs, in the order in which their steps run:
 * specs/detection.md 2.3). Also OWLv2's fine-tuning (arXiv 2306.09683, section 4.1: mosaics up to 3 x 3).
 *
 *   npx --no millrace order pipelines/owl-vit.ts --in 'lvis/{00000..00127}.tar' --forbidden lvis-rare.txt --steps 10
 *
 * In:  WebDataset tars with an image and its boxes (.json) a sample: { width, height, boxes: [{ box: [x0, y0, x1, y1], label }], negatives: [] } in pixels;
 *      `kernels/boxesOfJson.ts` says all of it. What owl-st.ts writes is such. --forbidden: text files with a label a line that must stay unseen, joined by
 *      `::` (the paper: LVIS's rare classes and what is near to them).
 * Out: batches of 256 over 16 lanes, of { pixels: bytes [768, 768, 3], queries: 100 texts, boxesCxcywh: [100, 4], boxQueries: [100, 100] }. Scale pixels by
 *      1/255 and normalise them as CLIP; tokenise the queries to 16; leave column 0 of boxQueries out of the loss.
 * Memory: windows of 60 MiB a lane, 960 MiB in all, so the default budget is just enough; --max-in-flight-bytes 4G lets pictures be decoded ahead.
 * Expect: 4.3 pictures a sample, 40 % of samples a single one; every picture once an epoch; pictures and boxes that cannot be read left out and counted.
 */
import { definePipeline, integer, pipeline, url } from '../engine/index.js';
import { bytes, json } from '../formats/fields.js';
import { batch } from '../operators/flow/batch.js';
import { shuffle } from '../operators/flow/shuffle.js';
import {
  canonicalizeLabels, cropWithBoxes, dealTiles, decodeImage, detectionTargets, flipWithBoxes, forbidLabels, limitBoxes, mergeOverlapping, mosaic, parseBoxes,
  randomNegatives, randomPrompts, resizeWithPadAndBoxes,
} from '../operators/index.js';
import { readTar } from '../sources/index.js';
import { interleave } from '../sources/interleave.js';
import { repeat } from '../sources/repeat.js';
import { labelFiles } from './parts/labelFiles.js';

const image = bytes('jpg', 'jpeg', 'png', 'webp', 'gif', 'avif', 'image.*');

export default definePipeline(
  {
    in: url(undefined, 'tar shards: braces, globs, several joined by ::'),
    forbidden: url('', 'labels to leave out, text files with one a line'),
    epochs: integer(1, { min: 1 }, 'times over the input'),
    size: integer(768, { min: 6 }, 'side of a sample, in pixels; a multiple of 6 (840 for L/14)'),
    batch: integer(256, { min: 16 }, 'samples a step, over all ranks; a multiple of 16'),
    window: integer(4096, { min: 16 }, 'pictures that are shuffled together, still encoded, over all ranks'),
    negatives: integer(256, { min: 32 }, 'samples that give each other negatives, over all ranks'),
  },
  ({ params }) =>
    pipeline(
      interleave(repeat(readTar(params.in, { fields: { image, annotations: json('json') } }), params.epochs), 4),
      parseBoxes(),
      canonicalizeLabels(),
      forbidLabels(params.forbidden === '' ? [] : labelFiles(params.forbidden, '--forbidden').flat()),
      shuffle({ window: params.window, maxBytes: 24 * 2 ** 20 }),
      dealTiles({ grids: [1, 2, 3], shares: [4, 3, 3], size: params.size, maxBytes: 12 * 2 ** 20 }),
      decodeImage(),
      flipWithBoxes(),
      cropWithBoxes(),
      resizeWithPadAndBoxes({ size: params.size }),
      mosaic({ maxGrid: 3, maxBytes: 8 * 2 ** 20 }),
      randomNegatives({ total: 50, window: params.negatives, maxBytes: 16 * 2 ** 20 }),
      limitBoxes({ boxes: 100, negatives: 100 }),
      randomPrompts(),
      mergeOverlapping({ minIou: 0.9 }),
      detectionTargets({ maxBoxes: 100, maxQueries: 100 }),
      batch({ size: params.batch }),
    ),
  { lanes: 16 },
);
