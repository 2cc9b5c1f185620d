import test from 'ava';
import filterGolden from '../../golden/owl/pseudo_label_filter.json' with { type: 'json' };
import ensembleGolden from '../../golden/owl/prompt_ensemble.json' with { type: 'json' };
import { StageError, UsageError } from '../../../engine/errors.js';
import { sha256 } from '../../../engine/fingerprint.js';
import { pipeline, type Pipeline } from '../../../engine/pipeline.js';
import { isTombstone, type Sample } from '../../../engine/sample.js';
import { clipBest7 } from '../../../kernels/labels/templates.js';
import type { RgbImage } from '../../../kernels/rgbImage.js';
import { ModelError } from '../../../models/modelError.js';
import { keepBoxes } from '../../../operators/label/keepBoxes.js';
import type { LabelledBox } from '../../../operators/label/labelledBoxes.js';
import { pseudoLabel, type Labelling, type PseudoLabelOptions } from '../../../operators/label/pseudoLabel.js';
import type { QuerySet } from '../../../operators/label/querySet.js';
import { elementTexts, laneElements, noStores } from '../../helpers/lanes.js';
import { memorySource, samplesOf, wholeMemory } from '../memorySource.js';
import { dot, fakeDetector, logitOf, type FakeDetector } from './fakeDetector.js';

interface Fields {
  readonly pixels: RgbImage;
  readonly querySets: readonly QuerySet[];
}
type Labelled = Sample & { readonly boxes: readonly LabelledBox[]; readonly labelling: Labelling };

const set = (queries: readonly string[], labelSpace = 'ngrams', scoreFactor = 1): QuerySet => ({ labelSpace, queries, scoreFactor });
const labelPipe = (fields: readonly Fields[], detector: FakeDetector, options: PseudoLabelOptions<true> = {}): Pipeline<Labelled> =>
  pipeline(memorySource(fields), pseudoLabel(async () => detector, options));
const labelled = async (fields: readonly Fields[], detector: FakeDetector, options: PseudoLabelOptions<true> = {}): Promise<Labelled[]> =>
  samplesOf<Labelled>(await laneElements(labelPipe(fields, detector, options), { itinerary: wholeMemory(fields.length) }));

/** Ten pictures with other queries each, some with none; the detector's answers depend on picture, text and box. */
const ten: readonly Fields[] = Array.from({ length: 10 }, (_, i) => ({
  pixels: dot(i),
  querySets: i % 4 === 3 ? [set([])] : [set(Array.from({ length: 1 + (i % 3) }, (__, q) => `query ${(i + q) % 6}`)), set(['cat', 'dog'], 'curated', 0.3)],
}));
const ruled = (): FakeDetector =>
  fakeDetector({
    boxes: ({ data }) => [[0, 0, data[0]!, 1], [1, 1, 2.5, data[0]!]],
    logit: (text, box, _, { data }) => Math.sin(text.length * 3 + text.charCodeAt(text.length - 1) + box + data[0]!),
  });

function cosine(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0) / Math.hypot(...a) / Math.hypot(...b);
}

test('golden: logits averaged over templates, sigmoid, the best query of each box', async (t) => {
  const { image_class_emb: boxes, query_emb_t_q_d: embeddings, logit_shift: shift, logit_scale: scale, argmax_query: best, max_score: scores } = ensembleGolden.cases;
  const detector = fakeDetector({
    boxes: () => boxes.map(() => [0, 0, 1, 1]),
    logit(text, box) {
      const [template, query] = text.split(' ').map(Number) as [number, number];
      return (cosine(boxes[box]!, embeddings[template]![query]!) + shift[box]![0]!) * scale[box]![0]!;
    },
  });
  const [sample] = await labelled([{ pixels: dot(), querySets: [set(embeddings[0]!.map((_, query) => String(query)))] }], detector, {
    templates: embeddings.map((_, template) => `${template} {}`),
  });
  t.deepEqual(sample!.boxes.map(({ query }) => query), best.map(String));
  sample!.boxes.forEach(({ score }, box) => t.true(Math.abs(score - scores[box]!) < 2e-6, `${score}, expected ${scores[box]}`));
});

test('golden: curated queries count 0.3 beside N-grams, thresholds come after', async (t) => {
  const { in: given, rescaled_union, out_boxes_if_kept } = filterGolden.cases.combined;
  // Golden box n is the detector's box n, found by its own column only.
  const scores = [...given.ngram, ...given.curated].map(([, score]) => Number(score));
  const column = [0, 1, 2, 4, 3]; // ngrams red bus, bus; curated sorted: bus, car, person
  const detector = fakeDetector({ boxes: () => scores.map(() => [0, 0, 1, 1]), logit: (_, box, at) => (at === column[box] ? logitOf(scores[box]!) : -50) });
  const querySets = [set(given.ngram.map(([query]) => String(query))), set(['bus', 'car', 'person'], 'curated', 0.3)];
  const pipe = (minBestScore: number): Pipeline => pipeline(memorySource([{ pixels: dot(), querySets }]), pseudoLabel(async () => detector), keepBoxes({ minBestScore }));
  const [sample] = await labelled([{ pixels: dot(), querySets }], detector);
  t.deepEqual(sample!.boxes.filter(({ score }) => score > 0).map(({ query, score }) => [query, score]), rescaled_union);
  const [kept] = samplesOf<Labelled>(await laneElements(pipe(0), { itinerary: wholeMemory(1) }));
  t.deepEqual(kept!.boxes.map(({ query, score }) => [query, score]), out_boxes_if_kept);
  const [dropped] = await laneElements(pipe(0.3), { itinerary: wholeMemory(1) });
  t.true(isTombstone(dropped!));
});

test('boxes say where they come from, and pixels do not travel on', async (t) => {
  const [sample] = await labelled([{ pixels: { width: 2, height: 3, data: new Uint8Array(18) }, querySets: [set(['cat']), set([], 'curated', 0.3)] }], fakeDetector());
  t.false('pixels' in sample!);
  t.deepEqual(sample!.boxes, [{ box: [0, 0, 1, 1], query: 'cat', score: 0.5, labelSpace: 'ngrams' }]);
  t.deepEqual(JSON.parse(JSON.stringify(sample!.labelling)), {
    boxFormat: 'xyxy', boxUnit: 'pixel', clipped: false, teacher: { name: 'fake/rule', digest: 'd'.repeat(64) }, preprocessing: { size: 1 },
    templates: { name: 'clip-best-7', list: [...clipBest7], canonicalized: false }, width: 2, height: 3,
    labelSpaces: [{ labelSpace: 'ngrams', queries: 1, scoreFactor: 1 }, { labelSpace: 'curated', queries: 0, scoreFactor: 0.3 }],
  });
  const pipe = pipeline(memorySource(ten), pseudoLabel(async () => ruled(), { dropPixels: false, templates: ['{}'] }));
  const kept = samplesOf<Labelled & { pixels: RgbImage }>(await laneElements(pipe, { itinerary: wholeMemory(10) }));
  t.true(kept.every(({ pixels }, place) => pixels === ten[place]!.pixels));
  t.is(kept[0]!.labelling.templates.name, 'custom');
});

test('each query is filled into each template; the standard form is an option', async (t) => {
  const picture: Fields = { pixels: dot(), querySets: [set(['Café'])] };
  const asked = async (options: PseudoLabelOptions<true>): Promise<string[]> => {
    const detector = fakeDetector();
    await labelled([picture], detector, options);
    return detector.encoded.flat();
  };
  t.deepEqual(await asked({}), clipBest7.map((template) => template.replace('{}', 'Café')));
  t.deepEqual(await asked({ templates: ['{}', 'a {}.'], canonicalize: true }), ['caf', 'a caf']);
});

test('without any query nothing is searched, and the sample passes without boxes', async (t) => {
  const detector = fakeDetector();
  const empty = { pixels: dot(), querySets: [set([])] };
  const samples = await labelled([empty, { pixels: dot(), querySets: [] }, empty], detector, { batchSize: 2 });
  t.deepEqual(samples.map(({ boxes }) => boxes), [[], [], []]);
  t.deepEqual([detector.encoded, detector.pictures], [[], []]);
  const mixed = fakeDetector();
  t.deepEqual((await labelled([empty, { pixels: dot(), querySets: [set(['cat'])] }], mixed)).map(({ boxes }) => boxes.length), [0, 1]);
  t.deepEqual(mixed.pictures, [1]);
});

async function labels(options: PseudoLabelOptions<true>): Promise<{ texts: string[]; pictures: number[] }> {
  const detector = ruled();
  const samples = await labelled(ten, detector, options);
  return { texts: samples.map(({ key, boxes, labelling }) => JSON.stringify([key, boxes, labelling])), pictures: detector.pictures };
}

test('windows of any size, and their tails, give equal labels in order', async (t) => {
  const one = await labels({ batchSize: 1 });
  t.is(one.texts.length, 10);
  t.deepEqual((await labels({ batchSize: 4 })).pictures, [3, 3, 2]);
  for (const options of [{ batchSize: 3 }, { batchSize: 4, concurrency: 1 }, { batchSize: 8 }, { batchSize: 64 }, { batchSize: 8, maxBytes: 1 }]) {
    t.deepEqual((await labels(options)).texts, one.texts, JSON.stringify(options));
  }
  t.deepEqual((await labels({ batchSize: 8, maxBytes: 1 })).pictures, one.pictures);
});

test('the cache changes no label, spares work, and is shared by lanes', async (t) => {
  const run = async (detector: FakeDetector, options: PseudoLabelOptions<true>): Promise<string> => JSON.stringify(await labelled(ten, detector, { templates: ['{}', 'a {}'], batchSize: 2, ...options }));
  const [cached, small, none, uncacheable] = [ruled(), ruled(), ruled(), { ...ruled(), textsAreCacheable: false }];
  const all = await run(cached, {});
  t.is(await run(small, { maxCachedTexts: 3 }), all);
  t.is(await run(none, { maxCachedTexts: 0 }), all);
  t.is(await run(uncacheable, {}), all);
  const texts = new Set(ten.flatMap(({ querySets }) => querySets.flatMap(({ queries }) => queries))).size * 2;
  t.is(cached.encoded.flat().length, texts);
  t.is(new Set(cached.encoded.flat()).size, texts);
  t.true(none.encoded.flat().length > texts);

  const lanes = ruled();
  const pipe = labelPipe(ten, lanes);
  await Promise.all([1, 2, 3].map(() => laneElements(pipe, { itinerary: wholeMemory(10) })));
  t.is(lanes.encoded.flat().length, new Set(lanes.encoded.flat()).size);
});

test('a resume at any place of a window gives the same suffix', async (t) => {
  for (const batchSize of [1, 3, 4, 16]) {
    const pipe = pipeline(memorySource(ten), pseudoLabel(async () => ruled(), { batchSize, templates: ['{}'] }), keepBoxes({ minBestScore: 0.55, minScore: 0.1 }));
    const whole = await laneElements(pipe, { itinerary: wholeMemory(10) });
    t.true(whole.some(isTombstone) && !whole.every(isTombstone));
    for (const [place, { cursor }] of whole.entries()) {
      const rest = await laneElements(pipe, { itinerary: wholeMemory(10), from: cursor });
      t.deepEqual(elementTexts(rest), elementTexts(whole.slice(place + 1)), `batchSize ${batchSize} from ${place}`);
    }
  }
});

test('the teacher is loaded once, when it is needed, and closed with the stage', async (t) => {
  const detector = fakeDetector();
  let loads = 0;
  const label = pseudoLabel<Sample & Fields>(async () => {
    loads += 1;
    return detector;
  }, { batchSize: 2, templates: ['{}'] });
  const { digests, close, options } = label.stage;
  t.deepEqual(options, { templates: ['{}'], templateSet: 'custom', canonicalize: false, clip: false, dropPixels: true, samples: 2, maxBytes: 128 * 2 ** 20 });
  await close?.();
  t.deepEqual([loads, detector.closed], [0, 0]);
  t.deepEqual(await digests?.({ stores: noStores }), { teacher: 'd'.repeat(64), preprocessing: sha256('{"size":1}') });
  await Promise.all([1, 2].map(() => laneElements(pipeline(memorySource(ten), label), { itinerary: wholeMemory(10) })));
  t.is(loads, 1);
  await close?.();
  await close?.();
  t.deepEqual([loads, detector.closed], [1, 1]);
});

test('a teacher that cannot be loaded stops the run, with the model\'s error as the cause; the next run tries again', async (t) => {
  let loads = 0;
  const pipe = pipeline(memorySource(ten), pseudoLabel(async () => {
    loads += 1;
    if (loads < 3) throw new ModelError('models/none: no such folder');
    return fakeDetector();
  }));
  const error = await t.throwsAsync(laneElements(pipe, { itinerary: wholeMemory(10) }), { instanceOf: StageError, message: 'pseudoLabel: models/none: no such folder' });
  t.true(error.cause instanceof ModelError);
  const { digests, close } = pipe.stages[0]!.options!;
  await t.throwsAsync(digests!({ stores: noStores }), { instanceOf: StageError, message: 'pseudoLabel: models/none: no such folder' });
  t.is((await laneElements(pipe, { itinerary: wholeMemory(10) })).length, 10);
  t.is(loads, 3);
  await t.notThrowsAsync(close!());
});

test('a teacher that gives what is no number stops the run and says which window', async (t) => {
  const broken = fakeDetector({ logit: () => Number.NaN });
  await t.throwsAsync(labelled(ten, broken), { instanceOf: StageError, message: /^pseudoLabel at the window of 8 samples from memory#0: .*box 0 and query 0 is not a number/ });
  const short = { ...fakeDetector(), detect: async () => [] };
  await t.throwsAsync(labelled(ten, short), { instanceOf: StageError, message: /the teacher gave 0 results for 6 pictures/ });
});

test('bad options are refused when the stage is made', (t) => {
  const refused = (options: PseudoLabelOptions, message: string): unknown => t.throws(() => pseudoLabel(async () => fakeDetector(), options), { instanceOf: UsageError, message });
  refused({ batchSize: 0 }, 'pseudoLabel: `batchSize` must be an integer from 1 up, got 0');
  refused({ concurrency: 0 }, 'pseudoLabel: `concurrency` must be an integer from 1 up, got 0');
  refused({ maxCachedTexts: -1 }, 'pseudoLabel: `maxCachedTexts` must be an integer from 0 up, got -1');
  refused({ templates: [] }, "pseudoLabel: `templates` must hold at least one; ['{}'] is the query alone");
  refused({ templates: ['a photo'] }, 'pseudoLabel: `templates`: a template must contain {} exactly once, got "a photo"');
  t.throws(() => pseudoLabel(fakeDetector() as unknown as () => Promise<FakeDetector>), { instanceOf: UsageError, message: /must be a function that loads the teacher/ });
});
