/**
 * OWL-ST, second step: train a detector on its teacher's boxes (arXiv 2306.09683, sections 3.2 and 4.1, appendix A.4; specs/detection.md 2.1). Reads what
 * pipelines/owl-st.ts writes.
 *
 *   npx --no millrace order pipelines/owl-st-train.ts --in 'out/owl-st/*.tar' --steps 10
 *
 * In:  the shards of owl-st.ts: an image and its boxes (.json) a sample, thresholded. Other annotations of the form in `kernels/boxesOfJson.ts` do as well.
 * Out: batches of 256 over 16 lanes, of { patches: bytes [1800, 768] with their rows and columns in a grid of 60 x 60, queries: 320 texts, boxesCxcywh: [256, 4], boxQueries:
 *      [256, 320] }: mosaics of 1, 2, 3, 4 and 6 pictures a side in equal shares, each picture at 0.5 to 1 of its tile, no flips, no crops, no prompts; the half of the
 *      patches with the least variance is dropped, padding first. Scale patches by 1/255 and normalise them as CLIP; tokenise the queries to 16; leave column 0 of
 *      boxQueries out of the loss.
 * Memory: windows of 60 MiB a lane, 960 MiB in all, so the default budget is just enough; --max-in-flight-bytes 4G lets pictures be decoded ahead.
 * Expect: 13.2 pictures a sample; every picture once an epoch; pictures and boxes that cannot be read left out and counted.
 */
import { definePipeline, integer, number, pipeline, url } from '../engine/index.js';
import { bytes, json } from '../formats/fields.js';
import { batch } from '../operators/flow/batch.js';
import { shuffle } from '../operators/flow/shuffle.js';
import { dealTiles, decodeImage, detectionTargets, dropFields, dropTokens, fixed, mosaic, parseBoxes, patchify, randomNegatives, resizeWithPadAndBoxes } from '../operators/index.js';
import { readTar } from '../sources/index.js';
import { interleave } from '../sources/interleave.js';
import { repeat } from '../sources/repeat.js';

const image = bytes('jpg', 'jpeg', 'png', 'webp', 'gif', 'avif', 'image.*');

export default definePipeline(
  {
    in: url(undefined, 'tar shards: braces, globs, several joined by ::'),
    epochs: integer(1, { min: 1 }, 'times over the input'),
    minScore: number(0.1, { min: 0, max: 1 }, 'a box stays from this score up'),
    size: integer(960, { min: 12 }, 'side of a sample, in pixels; a multiple of 12 and of the patch (1008 for L/14 and G/14)'),
    patch: integer(16, { min: 1 }, 'side of a patch, in pixels'),
    drop: number(0.5, { min: 0, max: 0.99 }, 'share of patches that are dropped, those with the least variance'),
    batch: integer(256, { min: 16 }, 'samples a step, over all ranks; a multiple of 16'),
    window: integer(4096, { min: 16 }, 'pictures that are shuffled together, still encoded, over all ranks'),
    negatives: integer(256, { min: 32 }, 'samples that give each other negatives, over all ranks'),
    // The paper does not say how many stay of a mosaic of 36 pictures: as many as B/16 selects instances.
    maxBoxes: integer(256, { min: 1 }, 'boxes of a sample'),
    maxQueries: integer(320, { min: 2 }, 'queries of a sample: padding, labels, then negatives'),
  },
  ({ params }) =>
    pipeline(
      interleave(repeat(readTar(params.in, { fields: { image, annotations: json('json') } }), params.epochs), 4),
      parseBoxes({ minScore: params.minScore }),
      shuffle({ window: params.window, maxBytes: 24 * 2 ** 20 }),
      dealTiles({ grids: [1, 2, 3, 4, 6], size: params.size, maxBytes: 12 * 2 ** 20 }),
      decodeImage(),
      resizeWithPadAndBoxes({ size: params.size, shrink: [0.5, 1] }),
      mosaic({ maxGrid: 6, maxBytes: 8 * 2 ** 20 }),
      randomNegatives({ total: 50, window: params.negatives, maxBytes: 16 * 2 ** 20 }),
      detectionTargets({ maxBoxes: params.maxBoxes, maxQueries: params.maxQueries }),
      patchify({ patchSize: params.patch }),
      dropFields(['pixels']),
      dropTokens({ rate: fixed(params.drop), choose: 'lowestVariance' }),
      batch({ size: params.batch }),
    ),
  { lanes: 16 },
);
