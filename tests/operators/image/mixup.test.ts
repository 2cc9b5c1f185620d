import test from 'ava';
import { readFileSync } from 'node:fs';
import { padContribution } from '../../../engine/padContribution.js';
import { recordedPipeline } from '../../../engine/recordedPipeline.js';
import { pipeline, type Pipeline } from '../../../engine/pipeline.js';
import type { Sample } from '../../../engine/sample.js';
import { stepRandom } from '../../../engine/stage.js';
import { openStream } from '../../../engine/stream.js';
import { blend } from '../../../kernels/blend.js';
import { drawBeta } from '../../../kernels/drawBeta.js';
import { batch } from '../../../operators/flow/batch.js';
import { mixup } from '../../../operators/image/mixup.js';
import { partnersOf } from '../../../operators/image/partnersOf.js';
import { noStores } from '../../helpers/lanes.js';
import { samplesOf, stepsOf, streamOf } from '../../helpers/stepsOf.js';
import { memorySource } from '../memorySource.js';

type Rows = readonly (readonly number[])[];
interface Case {
  readonly beta_draw: number;
  readonly lambda_used: number;
  readonly images: Rows;
  readonly labels: Rows;
  readonly images_out: Rows;
  readonly labels_out: Rows;
}
const { cases } = JSON.parse(readFileSync(new URL('../../golden/big_vision/mixup.json', import.meta.url), 'utf8')) as { cases: readonly Case[] };
const floats = (rows: Rows): Float32Array[] => rows.map((row) => Float32Array.from(row));

interface Mixed extends Sample {
  readonly pixels: { readonly width: number; readonly height: number; readonly data: Float32Array };
  readonly labels: Float32Array;
}

for (const { beta_draw: draw, lambda_used: share, ...golden } of cases) {
  test(`as big_vision's get_mixup, drawn ${draw}`, (t) => {
    t.is(Math.max(draw, 1 - draw), share);
    const mixed = (rows: Rows): Float32Array[] => partnersOf(floats(rows)).map(([own, partner]) => blend(own, partner, share));
    t.deepEqual(mixed(golden.images), floats(golden.images_out));
    t.deepEqual(mixed(golden.labels), floats(golden.labels_out));
  });
}

const samples = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    pixels: { width: 2, height: 1, data: Float32Array.from({ length: 6 }, (__, at) => n * 10 + at) },
    labels: Float32Array.from({ length: count }, (__, at) => (at === n ? 1 : 0)),
  }));

test('with one lane it rolls along the whole batch, as the reference, with one share a step', async (t) => {
  const made = samples(8);
  const before = structuredClone(made);
  const steps = await stepsOf(made, mixup({ alpha: 0.2 }), { size: 4, seed: 9 });
  t.is(steps.length, 2);
  for (const step of steps) {
    const drawn = drawBeta(stepRandom(9, 'mixup', step.step, []), 0.2, 0.2);
    const share = Math.max(drawn, 1 - drawn);
    const own = made.slice(step.step * 4, step.step * 4 + 4);
    for (const [place, { pixels, labels }] of samplesOf<Mixed>(step).entries()) {
      const [sample, partner] = [own[place], own[(place + 3) % 4]] as [Mixed, Mixed];
      t.deepEqual(pixels, { width: 2, height: 1, data: blend(sample.pixels.data, partner.pixels.data, share) });
      t.deepEqual(labels, blend(sample.labels, partner.labels, share));
    }
  }
  t.deepEqual(made, before, 'the samples that came are not changed');
});

test('with several lanes: one share for all, partners of the own lane, the same on any rank', async (t) => {
  const made = samples(24);
  const mixedOn = async (ranks: number): Promise<Map<string, number[]>[]> => {
    const steps: Map<string, number[]>[] = [];
    for (let rank = 0; rank < ranks; rank += 1) {
      const pipe = pipeline(memorySource(made), batch({ size: 12 }), mixup({ alpha: 1 })) as Pipeline;
      const stream = await openStream(pipe, { seed: 4, lanes: 4, stores: noStores, signal: new AbortController().signal, maxInFlightBytes: 1e9, rank, ranks });
      for await (const { step, contributions } of stream.steps()) {
        const found = (steps[step] ??= new Map<string, number[]>());
        for (const { samples: of } of contributions) {
          const keys = of.map(({ key }) => Number(key));
          for (const { key, labels } of of as readonly unknown[] as readonly Mixed[]) {
            found.set(key, [...labels]);
            t.true([...labels].every((share, label) => share === 0 || keys.includes(label)), 'partners of the own lane');
          }
        }
      }
    }
    return steps;
  };
  const [one, four] = [await mixedOn(1), await mixedOn(4)];
  t.deepEqual(four.map((step) => new Map([...step].toSorted())), one.map((step) => new Map([...step].toSorted())));
  const shares = one.map((step) => new Set([...step].map(([key, labels]) => labels[Number(key)])));
  t.deepEqual(shares.map(({ size }) => size), [1, 1]);
  t.notDeepEqual(shares[0], shares[1], 'a share a step');
});

test('the share is the larger of a and 1 - a, a from Beta(alpha, alpha)', async (t) => {
  const steps = await stepsOf(samples(4000), mixup({ alpha: 0.2, fields: ['pixels'] }), { size: 2 });
  const shares = steps.map((step) => {
    const [first] = samplesOf<Mixed>(step) as [Mixed];
    const second = samplesOf<Mixed>(step)[1] as Mixed;
    // Partners are 10 apart.
    return 1 - ((first.pixels.data[0] as number) - Number(first.key) * 10) / ((Number(second.key) - Number(first.key)) * 10);
  });
  t.true(shares.every((share) => share > 0.499 && share < 1.001));
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  // E max(a, 1 - a) of Beta(0.2, 0.2), by numerical integration.
  let [weight, sum] = [0, 0];
  for (let n = 0; n < 1e6; n += 1) {
    // u = a^0.2 flattens the density near 0; the other half is its mirror.
    const u = ((n + 0.5) / 1e6) * 0.5 ** 0.2;
    const a = u ** 5;
    const density = (1 - a) ** -0.8;
    weight += density;
    sum += density * (1 - a);
  }
  t.true(Math.abs(mean - sum / weight) < 0.01, `${mean}, wanted ${sum / weight}`);
});

test('the end of a lane: padding is never mixed in, and one that is left alone stays as it is', async (t) => {
  const made = samples(9);
  const steps = await stepsOf(made, mixup({ alpha: 1 }), { size: 4 });
  t.deepEqual(steps.map(({ contributions }) => contributions.map((entry) => padContribution(entry, 4).weights.join(''))), [['1111'], ['1111'], ['1000']]);
  const [last] = samplesOf<Mixed>(steps[2] as never) as [Mixed];
  t.deepEqual([last.pixels, last.labels], [made[8]?.pixels, made[8]?.labels] as never);
  for (const step of steps) for (const { labels } of samplesOf<Mixed>(step)) t.true(Math.abs(labels.reduce((sum, share) => sum + share, 0) - 1) < 1e-6, 'all of a label is there');
});

test('alpha 0 mixes nothing, draws nothing, and needs no partner', async (t) => {
  const made = samples(4);
  const recorded = recordedPipeline(pipeline(memorySource(made), batch({ size: 4 }), mixup({ alpha: 0 })) as Pipeline);
  const stream = await openStream(recorded.pipe, { seed: 4, lanes: 4, stores: noStores, signal: new AbortController().signal, maxInFlightBytes: 1e9 });
  for await (const step of stream.steps()) for (const { key, pixels } of samplesOf<Mixed>(step)) t.is(pixels as unknown, made[Number(key)]?.pixels);
  t.deepEqual(recorded.draws.ofStep(0, 0), []);
});

test('wrong options, too small a share, and fields that differ are refused', async (t) => {
  for (const alpha of [-1, Number.NaN]) t.throws(() => mixup({ alpha }), { name: 'UsageError', message: /^mixup: `alpha` must be a number from 0/ });
  t.throws(() => mixup({ alpha: 1, fields: [] }), { name: 'UsageError', message: /`fields` must name one field at least/ });
  await t.throwsAsync(streamOf(samples(8), mixup({ alpha: 1 }), { size: 8, lanes: 8 }), { name: 'UsageError', message: /^mixup: needs 2 samples of each lane/ });
  const picture = (width: number) => ({ pixels: { width, height: 1, data: new Float32Array(width * 3) } });
  await t.throwsAsync(stepsOf([picture(2), picture(3)], mixup({ alpha: 1, fields: ['pixels'] })), {
    name: 'StageError',
    message: 'mixup at step 0, lane 0: mixup: `pixels` of memory#0 (key 0) is 2 x 1 of Float32Array, of memory#1 (key 1) 3 x 1 of Float32Array: make them float32 of one size before batch',
  });
  await t.throwsAsync(stepsOf([{ labels: new Float32Array(2) }, { labels: new Uint8Array(2) }] as never, mixup({ alpha: 1, fields: ['labels'] }) as never), { message: /Float32Array of 2, of memory#1 \(key 1\) Uint8Array of 2/ });
});
