import test from 'ava';
import { SHAPES, TEMPLATES } from './words.js';
import type { RgbImage } from '../../../kernels/rgbImage.js';
import type { Detections, Detector, EncodedQuery } from '../../../models/detector.js';
import { ModelError } from '../../../models/modelError.js';
import { boxesInPixels } from '../../../models/owlv2/detections.js';
import { owlv2 } from '../../../models/owlv2/owlv2.js';
import { difference, goldenCases, goldenPicture, modelFolder, splitFolder } from './tiny.js';

const folders = { split: splitFolder, merged: modelFolder({ 'teacher.onnx': 'teacher' }) };
const pictures: readonly RgbImage[] = await Promise.all(goldenCases.map(goldenPicture));

/** Each text is a query of its own. */
async function plain(detector: Detector, texts: readonly string[]): Promise<EncodedQuery[]> {
  return (await detector.encodeTexts(texts)).map((text) => [text]);
}

async function ensembled(detector: Detector, names: readonly string[]): Promise<EncodedQuery[]> {
  return Promise.all(names.map((name) => detector.encodeTexts(TEMPLATES.map((template) => template.replace('{}', name)))));
}

for (const [kind, folder] of Object.entries(folders)) {
  test(`${kind}: agrees with Python's onnxruntime on the merged graph, all pictures in one call`, async (t) => {
    const detector = await owlv2(folder);
    const queries: EncodedQuery[][] = [];
    for (const one of goldenCases) queries.push(await plain(detector, one.queries));
    const found = await detector.detect(pictures, queries);
    goldenCases.forEach((one, i) => {
      const { count, queries: columns, boxes, logits, objectness } = found[i]!;
      t.deepEqual([count, columns], [144, one.queries.length]);
      // Pixels: 1e-4 of the square's side.
      t.true(difference(boxes, boxesInPixels(one.pred_boxes, one)) < 1e-4 * Math.max(one.width, one.height));
      t.true(difference(logits, one.logits) < 1e-4, `logits ${difference(logits, one.logits)}`);
      t.true(difference(objectness, one.objectness_logits) < 1e-4);
    });
    await detector.close();
  });

  test(`${kind}: the same bits again, whatever else is in the call`, async (t) => {
    const detector = await owlv2(folder);
    const twelve = await plain(detector, SHAPES);
    const [first] = await detector.detect([pictures[0]!], [twelve]);
    const same = (other: Detections | undefined): unknown => t.deepEqual(other, first);
    for (let i = 0; i < 3; i += 1) same((await detector.detect([pictures[0]!], [await plain(detector, SHAPES)]))[0]);
    const many = await plain(detector, Array.from({ length: 40 }, (_, i) => `thing ${i}`));
    const [one, , , last] = await detector.detect([pictures[0]!, pictures[1]!, pictures[4]!, pictures[0]!], [twelve, [], many, twelve]);
    same(one);
    same(last);
    const [alone] = await detector.detect([pictures[0]!], [[twelve[3]!]]);
    t.deepEqual([...alone!.logits], Array.from({ length: 144 }, (_, box) => first!.logits[box * 12 + 3]!));
    same((await (await owlv2(folder, { threads: 2 })).detect([pictures[0]!], [twelve]))[0]);
    await detector.close();
  });

  test(`${kind}: a picture without queries has its boxes, a call without pictures nothing`, async (t) => {
    const detector = await owlv2(folder);
    const [found] = await detector.detect([pictures[2]!], [[]]);
    t.deepEqual([found!.count, found!.queries, found!.logits.length, found!.boxes.length, found!.objectness.length], [144, 0, 0, 576, 144]);
    t.deepEqual(await detector.detect([], []), []);
    t.deepEqual(await detector.encodeTexts([]), []);
    await detector.close();
  });

  test(`${kind}: refuses what does not fit together, and everything once closed`, async (t) => {
    const detector = await owlv2(folder);
    const [star] = await plain(detector, ['star']);
    await t.throwsAsync(detector.detect([pictures[0]!], []), { instanceOf: RangeError, message: /1 images need as many lists of queries, got 0/ });
    await t.throwsAsync(detector.detect([pictures[0]!], [[star!, []]]), { instanceOf: RangeError, message: /query 1 of image 0 has no encoded text/ });
    await t.throwsAsync(detector.detect([pictures[0]!], [[[{ text: 'star' }]]]), { instanceOf: ModelError, message: /encoded text "star" is not of this model/ });
    await detector.close();
    await detector.close();
    await t.throwsAsync(detector.detect([pictures[0]!], [[star!]]), { instanceOf: ModelError, message: /was closed/ });
    await t.throwsAsync(detector.encodeTexts(['star']), { instanceOf: ModelError, message: /was closed/ });
  });
}

test('the mean of embeddings (split) is the mean of logits (merged)', async (t) => {
  const split = await owlv2(folders.split);
  const merged = await owlv2(folders.merged);
  t.deepEqual([split.textsAreCacheable, merged.textsAreCacheable], [true, false]);
  const [a] = await split.detect([pictures[2]!], [await ensembled(split, SHAPES)]);
  const [b] = await merged.detect([pictures[2]!], [await ensembled(merged, SHAPES)]);
  t.true(difference(a!.logits, b!.logits) < 1e-4, `${difference(a!.logits, b!.logits)}`);
  t.true(difference(a!.boxes, b!.boxes) < 1e-2);
  // And it is not the same as one template, nor as the mean stretched back to length 1.
  const [single] = await split.detect([pictures[2]!], [await plain(split, SHAPES)]);
  t.true(difference(a!.logits, single!.logits) > 0.1);
  await split.close();
  await merged.close();
});

test('embeddings have length 1, equal the golden ones and do not depend on their company', async (t) => {
  const detector = await owlv2(folders.split);
  const embeddings = async (texts: readonly string[]): Promise<Float32Array[]> =>
    (await detector.encodeTexts(texts)).map((text) => (text as unknown as { embedding: Float32Array }).embedding);
  for (const { queries, text_embeds: want } of goldenCases) {
    const got = await embeddings(queries);
    t.true(difference(got.flatMap((row) => [...row]), want) < 1e-4);
    for (const row of got) t.true(Math.abs(Math.hypot(...row) - 1) < 1e-5);
  }
  const many = await embeddings([...SHAPES, ...Array.from({ length: 70 }, (_, i) => `number ${i}`)]);
  t.deepEqual(many.slice(0, 12), await embeddings(SHAPES));
  t.deepEqual([many[33]], await embeddings(['number 21']));
  const other = await owlv2(folders.split, { textBatch: 5 });
  t.deepEqual((await other.encodeTexts(['star'])).map(({ text }) => text), ['star']);
  await other.close();
  await detector.close();
});

test('options reach the model and its description', async (t) => {
  const detector = await owlv2(folders.split, { padValue: 0.5, truncate: 'scenic' });
  t.like(detector.preprocessing, { size: 96, padValue: 0.5, truncate: 'scenic', graph: 'split', threads: 1, contextLength: 16 });
  t.deepEqual(JSON.parse(JSON.stringify(detector.preprocessing)), detector.preprocessing);
  t.is(detector.name, 'owlv2/tiny-owlv2');
  t.regex(detector.digest, /^[0-9a-f]{64}$/);
  const plainOne = await owlv2(folders.split);
  t.is(plainOne.digest, detector.digest);
  const wide: RgbImage = { width: 96, height: 48, data: new Uint8Array(96 * 48 * 3).fill(200) };
  const [a] = await detector.detect([wide], [[]]);
  const [b] = await plainOne.detect([wide], [[]]);
  t.true(difference(a!.objectness, b!.objectness) > 0.01);
  // Without its end token every long text has the state of the start token.
  const long = ['a', 'b'].map((letter) => `${letter} 1 2 3 4 5 6 7 8 9 1 2 3 4 5 6 7`);
  const [x, y] = (await detector.encodeTexts(long)).map((text) => (text as unknown as { embedding: Float32Array }).embedding);
  t.deepEqual(x, y);
  await t.throwsAsync(owlv2(folders.split, { threads: 0 }), { instanceOf: ModelError, message: /threads must be an integer from 1 up, got 0/ });
  await t.throwsAsync(owlv2(folders.split, { textBatch: 1.5 }), { message: /textBatch must be an integer from 1 up, got 1.5/ });
  await detector.close();
  await plainOne.close();
});
