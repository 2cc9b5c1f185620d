import test from 'ava';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { averagePrecision } from '../../kernels/averagePrecision.js';
import { matchBoxes } from '../../kernels/matchBoxes.js';
import { nms } from '../../kernels/nms.js';
import { orderByScore } from '../../kernels/orderByScore.js';
import type { RgbImage } from '../../kernels/rgbImage.js';
import type { Detections } from '../../models/detector.js';
import { owlv2 } from '../../models/owlv2/owlv2.js';

// The tiny teacher's published numbers on the 60 pictures that come with it (EVAL.md, "shipped in eval/"), from pictures to AP with our own
// preprocessing, tokenizer, split graphs, NMS and AP; they were measured in Python with the merged graph.

const root = fileURLToPath(new URL('../..', import.meta.url));
const teacher = resolve(root, process.env['MILLRACE_SHARED'] ?? '../shared', 'teacher');

interface Annotations {
  readonly images: readonly { readonly id: number; readonly file_name: string }[];
  readonly annotations: readonly { readonly image_id: number; readonly category_id: number; readonly bbox: readonly [number, number, number, number] }[];
  readonly categories: readonly { readonly id: number; readonly name: string; readonly frequency: string }[];
}

interface Expected { readonly nms: number | undefined; readonly pooled: number; readonly common: number; readonly classes: Readonly<Record<string, readonly [boxes: number, ap: number]>> }

const PUBLISHED: readonly Expected[] = [
  {
    nms: undefined, pooled: 0.7707, common: 0.8408,
    classes: { circle: [22, 0.9], square: [28, 0.94], triangle: [20, 0.758], star: [19, 0.855], ring: [18, 0.951], cross: [23, 0.767], hexagon: [12, 0.634], ellipse: [11, 0.862], diamond: [5, 0.9], heart: [9, 0.739], arrow: [14, 0.543], crescent: [6, 0.668] },
  },
  {
    nms: 0.5, pooled: 0.8713, common: 0.9132,
    classes: { circle: [22, 0.95], square: [28, 0.986], triangle: [20, 0.851], star: [19, 0.938], ring: [18, 1], cross: [23, 0.9], hexagon: [12, 0.699], ellipse: [11, 0.969], diamond: [5, 0.925], heart: [9, 0.803], arrow: [14, 0.62], crescent: [6, 0.756] },
  },
];

const MAX_DETECTIONS = 100;
const TOLERANCE = 0.002;

test('the split teacher reproduces EVAL.md on the shipped pictures', async (t) => {
  const annotationsFile = resolve(teacher, 'eval/annotations.json');
  t.true(existsSync(annotationsFile), `missing ${annotationsFile}: point MILLRACE_SHARED at the folder that holds teacher/`);
  const truth = JSON.parse(readFileSync(annotationsFile, 'utf8')) as Annotations;
  const detector = await owlv2(resolve(root, 'models/tiny-owlv2'));
  const queries = (await detector.encodeTexts(truth.categories.map(({ name }) => name))).map((text) => [text]);
  const found: Detections[] = [];
  for (let i = 0; i < truth.images.length; i += 8) {
    const images = await Promise.all(truth.images.slice(i, i + 8).map(({ file_name: name }) => decode(resolve(teacher, 'eval', name))));
    found.push(...(await detector.detect(images, images.map(() => queries))));
  }
  await detector.close();
  for (const expected of PUBLISHED) {
    const { classes, pooled, common } = averagePrecisions(truth, found, expected.nms);
    t.log(`NMS ${expected.nms ?? 'none'}: pooled ${pooled.toFixed(4)} mean common ${common.toFixed(4)} ${JSON.stringify(classes)}`);
    t.true(Math.abs(pooled - expected.pooled) <= TOLERANCE, `pooled ${pooled}`);
    t.true(Math.abs(common - expected.common) <= TOLERANCE, `mean common ${common}`);
    for (const [name, [boxes, ap]] of Object.entries(expected.classes)) {
      t.is(classes[name]![0], boxes);
      t.true(Math.abs(classes[name]![1] - ap) <= TOLERANCE, `${name} ${classes[name]![1]}`);
    }
  }
});

async function decode(path: string): Promise<RgbImage> {
  const { data, info } = await sharp(path).removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** evaluate.py's class_ap: every class name a query, its 100 best boxes a picture, optional NMS per class, greedy matching. */
function averagePrecisions(truth: Annotations, found: readonly Detections[], threshold: number | undefined) {
  const all = { scores: [] as number[], hits: [] as number[], truths: 0 };
  const classes: Record<string, [boxes: number, ap: number]> = {};
  truth.categories.forEach(({ id, name }, column) => {
    const own = { scores: [] as number[], hits: [] as number[], truths: 0 };
    truth.images.forEach((image, i) => {
      const { count, queries, boxes, logits } = found[i]!;
      const scores = Float64Array.from({ length: count }, (_, box) => 1 / (1 + Math.exp(-logits[box * queries + column]!)));
      let kept = orderByScore(scores).subarray(0, MAX_DETECTIONS);
      if (threshold !== undefined) kept = nms(take(boxes, kept), take1(scores, kept), threshold).map((k) => kept[k]!);
      const truths = truth.annotations
        .filter((one) => one.image_id === image.id && one.category_id === id)
        .flatMap(({ bbox: [x, y, width, height] }) => [x, y, x + width, y + height]);
      own.scores.push(...take1(scores, kept));
      own.hits.push(...matchBoxes(take(boxes, kept), take1(scores, kept), truths));
      own.truths += truths.length / 4;
    });
    classes[name] = [own.truths, Number(averagePrecision(own.scores, own.hits, own.truths)!.toFixed(4))];
    all.scores.push(...own.scores);
    all.hits.push(...own.hits);
    all.truths += own.truths;
  });
  const frequent = truth.categories.filter(({ frequency }) => frequency === 'f').map(({ name }) => classes[name]![1]);
  return { classes, pooled: averagePrecision(all.scores, all.hits, all.truths)!, common: frequent.reduce((a, b) => a + b) / frequent.length };
}

function take(boxes: Float32Array, indices: Int32Array): number[] {
  return [...indices].flatMap((i) => [...boxes.subarray(4 * i, 4 * i + 4)]);
}

function take1(values: Float64Array, indices: Int32Array): number[] {
  return Array.from(indices, (i) => values[i]!);
}
