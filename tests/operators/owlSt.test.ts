import test from 'ava';
import { fileURLToPath } from 'node:url';
import { pipeline, type Pipeline } from '../../engine/pipeline.js';
import { isTombstone, type Element, type Sample } from '../../engine/sample.js';
import type { Encoded } from '../../formats/fields.js';
import { encodePng } from '../../formats/image/encodePng.js';
import { iou } from '../../kernels/iou.js';
import { drawScene, shapes } from '../../kernels/shapesWorld/index.js';
import { owlv2 } from '../../models/owlv2/owlv2.js';
import {
  clipBest7, curatedQueries, decodeImage, keepBoxes, ngramQueries, pseudoLabel, type KeepBoxesOptions, type LabelledBox, type Labelling, type PseudoLabelOptions,
} from '../../operators/index.js';
import { elementTexts, laneElements } from '../helpers/lanes.js';
import { memorySource, samplesOf, wholeMemory } from './memorySource.js';

// OWL-ST's pseudo-labels with the tiny teacher on shapes-world pictures: the whole path of operators.

type Labelled = Sample & { readonly image: Encoded; readonly boxes: readonly LabelledBox[]; readonly labelling: Labelling };

const teacher = (): ReturnType<typeof owlv2> => owlv2(fileURLToPath(new URL('../../models/tiny-owlv2', import.meta.url)));
const names = shapes.map(({ name }) => name);
const CORRUPT = 4;
const scenes = Array.from({ length: 10 }, (_, index) => drawScene(2024, index));
const records = await Promise.all(
  scenes.map(async ({ image, caption }, place) => {
    const data = await encodePng(image);
    return { image: { data: place === CORRUPT ? data.subarray(0, data.length - 500) : data, extension: 'png' }, text: caption };
  }),
);

function labels(options: PseudoLabelOptions<true>, thresholds: KeepBoxesOptions): Pipeline<Labelled> {
  return pipeline(
    memorySource(records), decodeImage(), ngramQueries(), curatedQueries(names, { scoreFactor: 0.3 }), pseudoLabel(teacher, options), keepBoxes(thresholds),
  );
}
async function run(pipe: Pipeline<Labelled>): Promise<Element[]> {
  const elements = await laneElements(pipe, { itinerary: wholeMemory(records.length) });
  await close(pipe);
  return elements;
}
const close = async (pipe: Pipeline): Promise<void> => {
  for (const { options } of pipe.stages) await options?.close?.();
};
/** Without the encoded picture, which would only be long. */
const texts = (elements: readonly Element[]): string[] => elementTexts(elements.map((element): Element => Object.assign({ ...element }, { image: undefined })));
/** The samples in their order without cursors, then the dropped ones by name: they leave after the window that they came into. */
function outcome(elements: readonly Element[]): string[] {
  const all = texts(elements).map((text) => text.replace(/ \[(\[|null).*$/, ''));
  return [...all.filter((text) => !text.startsWith('dropped')), ...all.filter((text) => text.startsWith('dropped')).toSorted()];
}

test('labels are equal for all batches, a corrupt picture is quarantined at its place, and a resume anywhere gives the same rest', async (t) => {
  const thresholds = { minScore: 0.05, minBestScore: 0.5 };
  const pipe = labels({ batchSize: 4 }, thresholds);
  const whole = await laneElements(pipe, { itinerary: wholeMemory(records.length) });
  const dropped = whole.flatMap((element) => (isTombstone(element) ? element.dropped : []));
  t.deepEqual(dropped.filter(({ kind }) => kind === 'quarantined').map(({ stage, reason, origin }) => [stage, reason, origin.record]), [['decodeImage', 'image-truncated', CORRUPT]]);
  t.true(dropped.some(({ reason }) => reason === 'no box above 0.5'));
  const kept = samplesOf<Labelled>(whole);
  t.deepEqual(kept.map(({ origin }) => origin.record), kept.map(({ origin }) => origin.record).toSorted((a, b) => a - b));
  t.is(kept.length + dropped.length, records.length);
  t.true(kept.every((sample) => !('pixels' in sample) && sample.image === records[sample.origin.record]!.image));
  for (const [place, { cursor }] of whole.entries()) {
    t.deepEqual(texts(await laneElements(pipe, { itinerary: wholeMemory(records.length), from: cursor })), texts(whole.slice(place + 1)), `from ${place}`);
  }
  await close(pipe);
  for (const options of [{ batchSize: 1 }, { batchSize: 3, concurrency: 1 }, { batchSize: 16, maxCachedTexts: 10 }]) {
    t.deepEqual(outcome(await run(labels(options, thresholds))), outcome(whole), JSON.stringify(options));
  }
});

test('labels are what the teacher says directly, and mostly what was drawn', async (t) => {
  const samples = samplesOf<Labelled>(await run(labels({}, { minScore: 0, minBestScore: 0 })));
  const detector = await teacher();
  let [objects, found] = [0, 0];
  for (const { origin, boxes, labelling } of samples) {
    const { image, objects: drawn } = scenes[origin.record]!;
    t.deepEqual([labelling.width, labelling.height, labelling.teacher], [image.width, image.height, { name: detector.name, digest: detector.digest }]);
    const curated = boxes.filter(({ labelSpace }) => labelSpace === 'curated');
    const sorted = names.toSorted();
    const [direct] = await detector.detect([image], [await Promise.all(sorted.map((name) => detector.encodeTexts(clipBest7.map((template) => template.replace('{}', name)))))]);
    t.is(curated.length, direct!.count);
    for (const [place, { box, query, score }] of curated.entries()) {
      const row = direct!.logits.subarray(place * 12, place * 12 + 12);
      const best = Math.max(...row);
      t.is(query, sorted[row.indexOf(best)]);
      t.true(Math.abs(score - 0.3 / (1 + Math.exp(-best))) <= 1e-6);
      t.true(box.every((value, corner) => Math.abs(value - direct!.boxes[place * 4 + corner]!) <= 1e-3));
    }
    for (const { shape, box } of drawn) {
      objects += 1;
      if (curated.some((label) => label.query === shape && label.score > 0.3 * 0.2 && iou(label.box, 0, box, 0) >= 0.5)) found += 1;
    }
  }
  await detector.close();
  t.log(`${found} of ${objects} drawn objects found`);
  t.true(found / objects > 0.75, `${found} of ${objects}`);
});
