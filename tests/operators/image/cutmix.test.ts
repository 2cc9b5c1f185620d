import test from 'ava';
import { pipeline, type Pipeline } from '../../../engine/pipeline.js';
import type { Sample } from '../../../engine/sample.js';
import { openStream } from '../../../engine/stream.js';
import { cutBox } from '../../../kernels/cutBox.js';
import { batch } from '../../../operators/flow/batch.js';
import { cutmix } from '../../../operators/image/cutmix.js';
import { noStores } from '../../helpers/lanes.js';
import { samplesOf, stepsOf, streamOf } from '../../helpers/stepsOf.js';
import { memorySource } from '../memorySource.js';

const SIDE = 24;
/** Sample n is a picture of the byte n + 1, its label n. */
const samples = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    pixels: { width: SIDE, height: SIDE, data: new Uint8Array(SIDE * SIDE * 3).fill(n + 1) },
    labels: Float32Array.from({ length: count }, (__, at) => (at === n ? 1 : 0)),
  }));
interface Cut extends Sample {
  readonly pixels: { readonly data: Uint8Array };
  readonly labels: Float32Array;
}
/** Where the picture is not its own: first and last column and row, and how many pixels. */
function boxOf({ key, pixels }: Cut): { readonly x: readonly [number, number]; readonly y: readonly [number, number]; readonly area: number } {
  const places = Array.from({ length: SIDE * SIDE }, (_, place) => place).filter((place) => pixels.data[3 * place] !== Number(key) + 1);
  const [xs, ys] = [places.map((place) => place % SIDE), places.map((place) => Math.floor(place / SIDE))];
  return { x: [Math.min(...xs), Math.max(...xs)], y: [Math.min(...ys), Math.max(...ys)], area: places.length };
}

test('a box of the sample before, the same for the whole step; labels by the area that it really covers', async (t) => {
  const made = samples(60);
  const before = structuredClone(made);
  const areas: number[] = [];
  for (const step of await stepsOf(made, cutmix(), { size: 6, lanes: 2 })) {
    const boxes = new Set<string>();
    for (const { samples: of } of step.contributions as readonly unknown[] as readonly { readonly samples: readonly Cut[] }[]) {
      for (const [place, sample] of of.entries()) {
        const { x, y, area } = boxOf(sample);
        const partner = Number(of[(place + of.length - 1) % of.length]?.key);
        boxes.add(`${x.join()} ${y.join()}`);
        if (area > 0) t.is((x[1] - x[0] + 1) * (y[1] - y[0] + 1), area, 'a whole rectangle');
        t.true(sample.pixels.data.every((value) => value === Number(sample.key) + 1 || value === partner + 1));
        const kept = 1 - area / SIDE ** 2;
        t.is(sample.labels[Number(sample.key)], Math.fround(kept));
        t.is(sample.labels[partner], Math.fround(1 - Math.fround(kept)));
        areas.push(area);
      }
    }
    t.is(boxes.size, 1);
  }
  t.true(new Set(areas).size > 5, 'a box a step');
  t.deepEqual(made, before);
});

test('the part that is kept is drawn from Beta(alpha, alpha), the middle anywhere: on average what even grids of both give', async (t) => {
  const kept = (await stepsOf(samples(3000), cutmix(), { size: 2 })).map((step) => {
    const [first] = samplesOf<Cut>(step) as [Cut];
    return first.labels[Number(first.key)] as number;
  });
  const mean = kept.reduce((sum, value) => sum + value, 0) / kept.length;
  const grid = Array.from({ length: 40 }, (_, n) => (n + 0.5) / 40);
  const areas = grid.flatMap((area) => grid.flatMap((x) => grid.map((y) => {
    const [x0, y0, x1, y1] = cutBox({ width: SIDE, height: SIDE, area, centre: [x, y] });
    return ((x1 - x0) * (y1 - y0)) / SIDE ** 2;
  })));
  const wanted = 1 - areas.reduce((sum, value) => sum + value, 0) / areas.length;
  t.true(Math.abs(mean - wanted) < 0.02, `${mean} kept, wanted ${wanted}`);
});

test('the same on any rank, floats too, other field names, and alpha 0 cuts nothing', async (t) => {
  const made = samples(16).map(({ pixels, labels }) => ({ view: { ...pixels, data: Float32Array.from(pixels.data) }, classes: labels, other: labels }));
  const cutOn = async (ranks: number): Promise<string[]> => {
    const found: string[] = [];
    for (let rank = 0; rank < ranks; rank += 1) {
      const pipe = pipeline(memorySource(made), batch({ size: 8 }), cutmix({ picture: 'view', labels: ['classes', 'other'] })) as Pipeline;
      const stream = await openStream(pipe, { seed: 4, lanes: 2, stores: noStores, signal: new AbortController().signal, maxInFlightBytes: 1e9, rank, ranks });
      for await (const step of stream.steps()) {
        for (const { key, view, classes, other } of samplesOf<Sample & { view: { data: Float32Array }; classes: Float32Array; other: Float32Array }>(step)) {
          t.deepEqual(other, classes);
          t.true(view.data instanceof Float32Array);
          found.push(`${step.step} ${key} ${view.data.join()} ${classes.join()}`);
        }
      }
    }
    return found.toSorted();
  };
  t.deepEqual(await cutOn(2), await cutOn(1));
  for (const step of await stepsOf(samples(4), cutmix({ alpha: 0 }), { size: 2, lanes: 2 })) for (const sample of samplesOf<Cut>(step)) t.is(boxOf(sample).area, 0);
});

test('one that is left alone stays as it is; what cannot be is refused', async (t) => {
  const steps = await stepsOf(samples(3), cutmix(), { size: 2 });
  t.is(boxOf(samplesOf<Cut>(steps[1] as never)[0] as Cut).area, 0);
  t.throws(() => cutmix({ alpha: -1 }), { name: 'UsageError', message: /^cutmix: `alpha` must be a number from 0/ });
  await t.throwsAsync(streamOf(samples(4), cutmix(), { size: 4, lanes: 4 }), { name: 'UsageError', message: /^cutmix: needs 2 samples of each lane/ });
  const [one] = samples(1) as [ReturnType<typeof samples>[0]];
  await t.throwsAsync(stepsOf([one, { ...one, pixels: { width: 1, height: 1, data: new Uint8Array(3) } }], cutmix()), {
    name: 'StageError',
    message: 'cutmix at step 0, lane 0: cutmix: memory#0 (key 0) and memory#1 (key 1) differ: pasteBox: a picture of 24 x 24 x 3 bytes cannot take a box of one of 1 x 1 x 3 bytes; make them of one size before batch',
  });
});
