/**
 * OWL-ST pseudo-labels: web image-text pairs -> boxes for every N-gram of the caption and for a curated label space (arXiv 2306.09683, section
 * 4.4 and appendix A.1-A.3).
 *
 *   npx --no millrace run pipelines/owl-st.ts --in 'shards/{00000..00127}.tar' --out out/owl-st --workers 0
 *
 * In:  WebDataset tars with an image and a caption (.txt) a sample. --teacher: a folder with an OWLv2 export (models/tiny-owlv2/README.md);
 *      --labels: text files with one class name a line, joined by `::` (the paper: LVIS, Objects365, Open Images, Visual Genome).
 * Out: one tar a shard with the image untouched, its caption and its labels (.json: boxes xyxy in pixels, query, score, label space, teacher);
 *      00000_stats.json with counts, quarantine and the survivors per threshold.
 * Expect: on WebLI 5 of 10 billion pictures above 0.1, 2 of 10 above 0.3 (figure 3 of the paper); the tiny teacher knows only shapes.
 */
import { fileURLToPath } from 'node:url';
import { definePipeline, keep, mapSample, number, pipeline, url } from '../engine/index.js';
import { bytes, json, utf8 } from '../formats/fields.js';
import { owlv2 } from '../models/index.js';
import { curatedQueries, decodeImage, keepBoxes, ngramQueries, pseudoLabel } from '../operators/index.js';
import { writeTar } from '../sinks/index.js';
import { readTar } from '../sources/index.js';
import { labelFiles } from './parts/labelFiles.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const image = bytes('jpg', 'jpeg', 'png', 'webp', 'gif', 'avif', 'image.*');
const text = utf8('txt');

export default definePipeline(
  {
    in: url(undefined, 'tar shards: braces, globs, several joined by ::'),
    out: url(undefined, 'where the labelled shards go'),
    teacher: url(here('../models/tiny-owlv2'), 'folder of the detector'),
    labels: url(here('parts/shapes.labels.txt'), 'class names of the curated label space, one a line'),
    curatedFactor: number(0.3, { min: 0, max: 1 }, 'factor of curated scores beside N-grams'),
    minScore: number(0.1, { min: 0, max: 1 }, 'a box stays from this score up'),
    minBestScore: number(0.3, { min: 0, max: 1 }, 'a picture stays with a box above this score'),
  },
  ({ params }) =>
    pipeline(
      readTar(params.in, { fields: { image, text } }),
      keep('has caption', (sample) => sample.text.trim().length > 0),
      // One at a time: the teacher takes longest, and threads that decode would take turns from it.
      decodeImage({ maxPixels: 64e6, concurrency: 1 }),
      ngramQueries({ maxWords: 10, maxQueries: 300 }),
      curatedQueries(labelFiles(params.labels), { scoreFactor: params.curatedFactor }),
      pseudoLabel(() => owlv2(params.teacher), { batchSize: 8 }),
      keepBoxes({ minScore: params.minScore, minBestScore: params.minBestScore }),
      mapSample('labels', (sample) => ({ labels: { ...sample.labelling, boxes: sample.boxes } })),
      writeTar(params.out, { fields: { image, text, labels: json('json') }, maxShardBytes: 256 * 2 ** 20 }),
    ),
);
