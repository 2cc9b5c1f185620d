/**
 * Plain ViT: labelled pictures for classification (arXiv 2205.01580; big_vision's `decode_jpeg_and_inception_crop(224)|flip_lr|randaug(2,10)|value_range(-1,1)|onehot(1000)`
 * and mixup 0.2, specs/vision-language.md 3). AugReg's other levels: `--magnitude` 0, 15 or 20, `--mixup` 0, 0.5 or 0.8.
 *
 *   npx --no millrace order pipelines/vit.ts --in 'shards/{00000..00127}.tar' --classes 1000 --steps 10
 *   npx --no millrace train pipelines/vit.ts --in 'shards/{00000..01023}.tar' --epochs 90 --checkpoint out/vit --checkpoint-every 1000 --resume
 *
 * In:  WebDataset tars with an image and its class number as text (.cls) a sample.
 * Out: batches of 1024 over 16 lanes, of { pixels: float32 [224, 224, 3] in -1..1, labels: float32 [classes] }.
 *      Trained on them: plain ViT-S/16, softmax loss, AdamW, gradients clipped to 1, cosine down to 0 over 90 epochs of ImageNet.
 * Expect: every picture once an epoch, cropped, mirrored, distorted and mixed with another of its step anew each time; one whose class is no number below `--classes` is
 *      left out and counted.
 */
import { definePipeline, integer, mapSample, number, pipeline, url } from '../engine/index.js';
import { bytes, utf8 } from '../formats/fields.js';
import { batch } from '../operators/flow/batch.js';
import { shuffle } from '../operators/flow/shuffle.js';
import { classifier, encoderSizes } from '../models/index.js';
import { decodeImage, flipLeftRight, inceptionCrop, mixup, oneHot, randAugment, valueRange } from '../operators/index.js';
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
    size: integer(224, { min: 1 }, 'side of the pictures, in pixels'),
    batch: integer(1024, { min: 16 }, 'pictures a step, over all ranks; a multiple of 16'),
    window: integer(8192, { min: 16 }, 'pictures that are shuffled together, still encoded, over all ranks'),
    magnitude: number(10, { min: 0, max: 30 }, 'of RandAugment, of which each picture gets two layers'),
    mixup: number(0.2, { min: 0, max: 100 }, 'parameter of mixup, for which a batch has 32 pictures at least; 0: none'),
    patch: integer(16, { min: 1 }, 'side of a patch, in pixels'),
    ...trainingParams({ model: 'S', rate: 1e-3, warmup: 10_000, totalSteps: 112_590 }),
  },
  ({ params }) =>
    pipeline(
      interleave(repeat(readTar(params.in, { fields: { image, cls: utf8('cls', { maxBytes: 1024 }) } }), params.epochs), 4),
      mapSample('class', (sample) => ({ label: classOf(sample.cls, params.classes) }), { classes: params.classes }),
      shuffle({ window: params.window, maxBytes: 64 * 2 ** 20 }),
      decodeImage(),
      inceptionCrop({ size: params.size }),
      flipLeftRight(),
      randAugment({ layers: 2, magnitude: params.magnitude }),
      valueRange(),
      oneHot({ depth: params.classes }),
      batch({ size: params.batch }),
      mixup({ alpha: params.mixup }),
      train(
        classifier({ image: { ...encoderSizes[params.model], patchSize: params.patch, positions: { kind: 'sincos2d' } }, classes: params.classes }),
        { learningRate: params.rate, schedule: { kind: 'cosine', warmupSteps: params.warmup, totalSteps: params.totalSteps }, maxGradientNorm: 1 },
      ),
    ),
  { lanes: 16 },
);
