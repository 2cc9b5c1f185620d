/**
 * FlexiViT: labelled pictures for one model of many patch sizes (arXiv 2212.08013; specs/vision-language.md 3).
 *
 *   npx --no millrace order pipelines/flexivit.ts --in 'shards/{00000..00127}.tar' --classes 1000 --steps 10
 *   npx --no millrace train pipelines/flexivit.ts --in 'shards/{00000..01023}.tar' --epochs 90 --checkpoint out/flexivit --checkpoint-every 1000 --resume
 *
 * In:  WebDataset tars with an image and its class number as text (.cls) a sample.
 * Out: batches of 1024 over 16 lanes, of { pixels: float32 [240, 240, 3] in -1..1, labels: float32 [classes], grid, patchSize }; grid and patchSize are drawn
 *      once a step, the same for the whole batch on all ranks, and stand in the step's `fields` too.
 * Expect: every picture once an epoch, cropped and mirrored anew each time, and mixed with another of its step (the paper's distillation has mixup 1).
 */
import { definePipeline, integer, mapSample, number, pipeline, text, url } from '../engine/index.js';
import { bytes, utf8 } from '../formats/fields.js';
import { batch } from '../operators/flow/batch.js';
import { shuffle } from '../operators/flow/shuffle.js';
import { classifier, encoderSizes } from '../models/index.js';
import { decodeImage, flexiPatch, flipLeftRight, inceptionCrop, mixup, oneHot, valueRange } from '../operators/index.js';
import { train } from '../sinks/index.js';
import { readTar } from '../sources/index.js';
import { interleave } from '../sources/interleave.js';
import { repeat } from '../sources/repeat.js';
import { classOf } from './parts/classOf.js';
import { trainingParams } from './parts/trainingParams.js';

const image = bytes('jpg', 'jpeg', 'png', 'webp', 'gif', 'avif', 'image.*');

export default definePipeline(
  {
    in: url(undefined, 'tar shards: braces, globs, several joined by ::'),
    classes: integer(1000, { min: 1 }, 'number of classes'),
    epochs: integer(1, { min: 1 }, 'times over the input'),
    size: integer(240, { min: 1 }, 'side of the pictures, in pixels'),
    grids: text('5,6,8,10,12,15,16,20,24,30', 'patches along a side, one of which is drawn for each step; all divide the size', 'LIST'),
    batch: integer(1024, { min: 16 }, 'pictures a step, over all ranks; a multiple of 16'),
    window: integer(8192, { min: 16 }, 'pictures that are shuffled together, still encoded, over all ranks'),
    mixup: number(1, { min: 0, max: 100 }, 'parameter of mixup, for which a batch has 32 pictures at least; 0: none'),
    ...trainingParams({ model: 'B', rate: 1e-3, warmup: 10_000, totalSteps: 112_590 }),
  },
  ({ params }) =>
    pipeline(
      interleave(repeat(readTar(params.in, { fields: { image, cls: utf8('cls', { maxBytes: 1024 }) } }), params.epochs), 4),
      mapSample('class', (sample) => ({ label: classOf(sample.cls, params.classes) }), { classes: params.classes }),
      shuffle({ window: params.window, maxBytes: 64 * 2 ** 20 }),
      decodeImage(),
      inceptionCrop({ size: params.size }),
      flipLeftRight(),
      valueRange(),
      oneHot({ depth: params.classes }),
      batch({ size: params.batch }),
      mixup({ alpha: params.mixup }),
      flexiPatch({ side: params.size, grids: params.grids.split(',').map(Number) }),
      train(
        // Weights are kept for patches of 32 x 32 and positions for 7 x 7, the paper's, and fitted to what the step draws.
        classifier({ image: { ...encoderSizes[params.model], patchSize: 32, positions: { kind: 'learned', grid: [7, 7] } }, classes: params.classes }),
        { learningRate: params.rate, schedule: { kind: 'cosine', warmupSteps: params.warmup, totalSteps: params.totalSteps }, maxGradientNorm: 1 },
      ),
    ),
  { lanes: 16 },
);
