/**
 * SigLIP: image-text pairs for the sigmoid loss (arXiv 2303.15343; big_vision's `decode|resize(224)|value_range(-1,1)`, specs/vision-language.md 1.2).
 * First form: the text goes to the trainer as it is.
 *
 *   npx --no millrace order pipelines/siglip.ts --in 'shards/{00000..00127}.tar' --steps 10
 *
 * In:  WebDataset tars with an image and a caption (.txt) a sample; `millrace index` beside them makes resumes a seek and the shuffle finer.
 * Out: batches of 256 over 16 lanes, of { pixels: float32 [224, 224, 3] in -1..1, text }.
 * Expect: every caption of the input once an epoch, in an order of (seed, epoch) alone; pictures that cannot be decoded are left out and counted.
 */
import { definePipeline, integer, keep, pipeline, url } from '../engine/index.js';
import { bytes, utf8 } from '../formats/fields.js';
import { batch } from '../operators/flow/batch.js';
import { shuffle } from '../operators/flow/shuffle.js';
import { decodeImage, resize, valueRange } from '../operators/index.js';
import { readTar } from '../sources/index.js';
import { interleave } from '../sources/interleave.js';
import { repeat } from '../sources/repeat.js';

const image = bytes('jpg', 'jpeg', 'png', 'webp', 'gif', 'avif', 'image.*');

export default definePipeline(
  {
    in: url(undefined, 'tar shards: braces, globs, several joined by ::'),
    epochs: integer(1, { min: 1 }, 'times over the input'),
    size: integer(224, { min: 1 }, 'side of the pictures, in pixels'),
    batch: integer(256, { min: 16 }, 'pictures a step, over all ranks; a multiple of 16'),
    window: integer(8192, { min: 16 }, 'pictures that are shuffled together, still encoded, over all ranks'),
  },
  ({ params }) =>
    pipeline(
      interleave(repeat(readTar(params.in, { fields: { image, text: utf8('txt') } }), params.epochs), 4),
      keep('has caption', (sample) => sample.text.trim().length > 0),
      shuffle({ window: params.window, maxBytes: 64 * 2 ** 20 }),
      decodeImage(),
      resize({ size: params.size }),
      valueRange(),
      batch({ size: params.batch }),
    ),
  { lanes: 16 },
);
