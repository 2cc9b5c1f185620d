import test from 'ava';
import golden from '../../golden/owl/pseudo_label_filter.json' with { type: 'json' };
import { lastValueFrom, toArray } from 'rxjs';
import { UsageError } from '../../../engine/errors.js';
import { Gauge } from '../../../engine/gauge.js';
import { openLane } from '../../../engine/lane.js';
import { Meter } from '../../../engine/meter.js';
import { pipeline } from '../../../engine/pipeline.js';
import { isTombstone, type Element, type Sample } from '../../../engine/sample.js';
import { keepBoxes, type KeepBoxesOptions } from '../../../operators/label/keepBoxes.js';
import { noStores } from '../../helpers/lanes.js';
import { memorySource, wholeMemory } from '../memorySource.js';

interface Box {
  readonly query: string;
  readonly score: number;
}

const pictures = golden.cases.single_space.map(({ in: { boxes } }) => ({ boxes: boxes.map(([query, score]): Box => ({ query: String(query), score: Number(score) })) }));

async function run(options: KeepBoxesOptions = {}): Promise<{ elements: Element[]; tallies: Readonly<Record<string, number>> | undefined }> {
  const meter = new Meter();
  const elements = await lastValueFrom(
    openLane(pipeline(memorySource(pictures), keepBoxes(options)), {
      seed: 1, info: { index: 0, lanes: 1, extent: undefined }, itinerary: wholeMemory(pictures.length), gauge: new Gauge(1e9).lane(0), meter, stores: noStores,
      signal: new AbortController().signal,
    }).pipe(toArray()),
  );
  return { elements, tallies: meter.snapshot().tallies['keepBoxes'] };
}

test('golden: pictures above 0.3 stay with their boxes from 0.1 up, in order; the others leave a tombstone', async (t) => {
  const { elements } = await run();
  golden.cases.single_space.forEach(({ out }, place) => {
    const element = elements[place]!;
    if (out.image_kept) t.deepEqual((element as Sample & { boxes: Box[] }).boxes.map(({ query, score }) => [query, score]), out.boxes);
    else if (t.true(isTombstone(element)) && isTombstone(element)) t.like(element.dropped[0], { stage: 'keepBoxes', reason: 'no box above 0.3', kind: 'filtered', key: String(place) });
  });
});

test('the tallies are figure 3\'s table, of the boxes that came', async (t) => {
  const { tallies } = await run({ minBestScore: 0.5 });
  t.deepEqual(tallies, { pictures: 5, 'pictures above 0.1': 4, 'pictures above 0.3': 3, 'pictures above 0.5': 1, 'pictures above 0.7': 1, 'boxes before': 9, 'boxes after': 3 });
  const { tallies: other } = await run({ survivorThresholds: [0.99], minScore: 0.5 });
  t.deepEqual(other, { pictures: 5, 'pictures above 0.99': 0, 'boxes before': 9, 'boxes after': 2 });
});

test('its options are in the fingerprint; bad ones are refused when the stage is made', (t) => {
  t.deepEqual(keepBoxes().stage.options, { minScore: 0.1, minBestScore: 0.3, survivorThresholds: [0.1, 0.3, 0.5, 0.7] });
  t.is(keepBoxes().stage.arity, 'filter');
  t.throws(() => keepBoxes({ minScore: 2 }), { instanceOf: UsageError, message: 'keepBoxes: `minScore` must be a number from 0 to 1, got 2' });
  t.throws(() => keepBoxes({ minBestScore: -1, name: 'k' }), { instanceOf: UsageError, message: 'k: `minBestScore` must be a number from 0 to 1, got -1' });
  t.throws(() => keepBoxes({ survivorThresholds: [0.1, Number.NaN] }), { instanceOf: UsageError, message: 'keepBoxes: `survivorThresholds[1]` must be a number from 0 to 1, got NaN' });
});
