import test from 'ava';
import golden from '../../golden/owl/mosaic.json' with { type: 'json' };
import { membersOf } from '../../../engine/account.js';
import { keep } from '../../../engine/keep.js';
import { pipeline, type Pipeline } from '../../../engine/pipeline.js';
import { originText, type Origin } from '../../../engine/sample.js';
import { openStream } from '../../../engine/stream.js';
import { fromXyxy, toXyxy } from '../../../kernels/boxFormats.js';
import { batch } from '../../../operators/flow/batch.js';
import { dealTiles } from '../../../operators/label/dealTiles.js';
import { mosaic } from '../../../operators/label/mosaic.js';
import { randomNegatives } from '../../../operators/label/randomNegatives.js';
import { resizeWithPadAndBoxes } from '../../../operators/label/resizeWithPadAndBoxes.js';
import { assertResumes } from '../../helpers/assertResumes.js';
import { laneElements, noStores } from '../../helpers/lanes.js';
import { memorySource, samplesOf, wholeMemory } from '../memorySource.js';
import { asBoxed, boxed, plain, through, type Boxed } from './boxed.js';
import { testSource, type TestSample } from '../../helpers/testSource.js';

const firstOf = (record: number): Origin => ({ dataset: 'memory', shard: 'memory', record, pass: 0, path: [] });

test("as scenic's CreateMosaic: pixels and texts exactly, boxes within 1e-6; everyone is accounted for", async (t) => {
  const { in: given, out: want } = golden.cases[0]!;
  const tiles = given.boxes.map((boxes, place) => {
    const real = given.instance_labels[place]!.flatMap((label, i) => (label === -1 ? [] : [i]));
    const labels = real.map((i) => [given.instance_text_labels![place]![i]!]);
    const pixels = { width: 2, height: 2, data: Float32Array.from(given.image![place]!.flat(2)) };
    return { ...boxed([], labels, given.negative_text_labels![place]!.filter(Boolean)), boxesXyxy: toXyxy(real.flatMap((i) => boxes[i]!), 'yxyx'), pixels, tile: { grid: 2, place, side: 2, first: firstOf(0) } };
  });
  const [made, ...more] = await through(tiles, mosaic());
  t.is(more.length, 0);
  t.deepEqual([...made!.pixels.data], want.image!.flat(2));
  fromXyxy(made!.boxesXyxy, 'yxyx').forEach((value, i) => t.true(Math.abs(value - want.boxes.flat()[i]!) < 1e-6));
  t.deepEqual(made!.boxLabels, want.instance_text_labels!.map((label) => [label]));
  t.deepEqual(made!.negativeLabels, want.negative_text_labels);
  t.deepEqual(membersOf(made!).map(({ record }) => record), [0, 1, 2, 3]);
  t.deepEqual([made!.key, made!.origin.record, made!.grid], ['0', 0, 2]);
});

test('a picture that was refused leaves its tile empty, the first one too', async (t) => {
  const fields = Array.from({ length: 10 }, (_, n) => ({ n, ...boxed([[0, 0, 1, 1]], [[`label ${n}`]], [], plain(3, 3, n + 1)) }));
  const stages = pipeline(memorySource(fields), dealTiles({ grids: [1, 2], shares: [2, 2], size: 4 }), keep('wanted', ({ n }) => n !== 3 && n !== 4 && n !== 9), resizeWithPadAndBoxes({ size: 4 }), mosaic());
  const out = samplesOf<Boxed & { readonly grid: number }>(await laneElements(stages, { itinerary: wholeMemory(10) }));
  t.deepEqual(out.flatMap(membersOf).map(({ record }) => record), [0, 1, 2, 5, 6, 7, 8]);
  for (const made of out) {
    t.deepEqual([made.pixels.width, made.pixels.height], [4, 4]);
    t.is(made.boxLabels.length, membersOf(made).length);
    made.boxLabels.forEach(([label], i) => {
      // Each box lies on the grey of its own picture.
      const [x0, y0] = [made.boxesXyxy[4 * i]! * 4, made.boxesXyxy[4 * i + 1]! * 4];
      t.is(`label ${made.pixels.data[3 * (Math.round(y0) * 4 + Math.round(x0))]! - 1}`, label);
    });
    const tiles = made.grid ** 2;
    t.is(made.pixels.data.filter((value) => value === 128).length, (48 / tiles) * (tiles - membersOf(made).length));
  }
});

test('mosaics that meet are told apart by who stands first', async (t) => {
  const tile = (place: number, first: number, grid = 2) => ({ ...boxed([], []), tile: { grid, place, side: 4, first: firstOf(first) } });
  const out = await through([tile(1, 0), tile(2, 7), tile(3, 7), tile(0, 9, 1), tile(0, 10, 1)], mosaic());
  t.deepEqual(out.map((made) => membersOf(made).length), [1, 2, 1, 1]);
  t.is(new Set(out.flatMap(membersOf).map(originText)).size, 5);
});

test('resumes anywhere, behind the stages that belong to it', async (t) => {
  const stages = () => [asBoxed(), dealTiles<TestSample & Boxed>({ grids: [1, 2], size: 4 }), keep<TestSample>('not a multiple of 4', ({ value }) => value % 4 !== 0), resizeWithPadAndBoxes<TestSample & Boxed>({ size: 4 }), mosaic()];
  t.true((await assertResumes(t, stages)) > 10);
});

test('a mosaic larger than maxGrid, and options that are none, are refused', async (t) => {
  const tiles = [{ ...boxed([], []), tile: { grid: 3, place: 0, side: 4, first: firstOf(0) } }];
  const error = await t.throwsAsync(through(tiles, mosaic({ maxGrid: 2 })));
  t.regex(String(error?.message), /`maxGrid` is 2, and a mosaic of 3 x 3 came/);
  t.throws(() => mosaic({ pad: 128 }), { name: 'UsageError' });
});

test('a stream of mosaics ends at the smallest budget that it may have, with everyone in it', async (t) => {
  const [lanes, tiles, mosaics] = [4, 1000, 1500];
  const make = (): Pipeline =>
    pipeline(
      testSource({ extents: 4, records: 30 }), asBoxed(), dealTiles({ grids: [1, 2, 3], size: 6, maxBytes: tiles }), keep('not a multiple of 5', ({ value }) => value % 5 !== 0),
      resizeWithPadAndBoxes({ size: 6 }), mosaic({ maxGrid: 3, maxBytes: mosaics }), randomNegatives({ window: 8, maxBytes: 1000 }), batch({ size: 4 }),
    );
  const stream = await openStream(make(), { seed: 1, lanes, stores: noStores, signal: new AbortController().signal, maxInFlightBytes: lanes * (tiles + mosaics + 1000) });
  const found: string[] = [];
  for await (const { contributions } of stream.steps()) found.push(...contributions.flatMap(({ samples }) => samples.flatMap((sample) => membersOf(sample).map(originText))));
  t.is(found.length, 4 * 24);
  t.is(new Set(found).size, 4 * 24);
});
