import test from 'ava';
import type { Sample } from '../../engine/sample.js';
import { stepFields } from '../../engine/stepFields.js';
import { batch } from '../../operators/flow/batch.js';
import { perStep } from '../../engine/perStep.js';
import { pipeline, type Pipeline } from '../../engine/pipeline.js';
import { openStream } from '../../engine/stream.js';
import { noStores } from '../helpers/lanes.js';
import { samplesOf, stepsOf } from '../helpers/stepsOf.js';
import { testSource } from '../helpers/testSource.js';

const values = Array.from({ length: 9 }, (_, value) => ({ value }));
const drawn = stepFields('drawn', ({ random, step }) => ({ drawn: random().integer(0, 1e9), at: step }));

test('one answer a step, in all of its samples and in the step; anew in every step', async (t) => {
  const steps = await stepsOf(values, drawn, { size: 4, lanes: 2 });
  t.is(steps.length, 3);
  for (const step of steps) {
    t.is(step.fields?.at, step.step);
    for (const sample of samplesOf<Sample>(step)) t.like(sample, step.fields ?? {});
  }
  t.is(new Set(steps.map(({ fields }) => fields?.drawn)).size, 3);
});

/** The second half of the lanes ends at once. */
const uneven = (): Pipeline =>
  pipeline(
    testSource({ extents: 4, records: 6 }),
    batch({ size: 4 }),
    drawn as never,
    stepFields('other', ({ random }) => ({ other: random().uniform() })) as never,
    perStep<Sample & { drawn: number }, object>('after', (samples) => samples.map((sample) => ({ plus: sample.drawn + 1 }))) as never,
  );

test('a rank whose lanes have ended is told what the others are told', async (t) => {
  const told = await Promise.all([0, 1].map(async (rank) => {
    const pipe = uneven();
    // The lanes of rank 1 read nothing.
    const short: Pipeline = rank === 0 ? pipe : { ...pipe, source: { ...pipe.source, async *open() {} } };
    const stream = await openStream(short, { seed: 1, lanes: 4, stores: noStores, signal: new AbortController().signal, maxInFlightBytes: 1e9, rank, ranks: 2 });
    const fields: unknown[] = [];
    for await (const step of stream.steps(undefined, { agree: async (at) => at < 6 })) {
      fields.push(step.fields);
      if (rank === 1) t.true(step.contributions.every(({ samples, ended }) => samples.length === 0 && ended));
      else for (const sample of samplesOf<Sample & { plus: number; drawn: number }>(step)) t.is(sample.plus, sample.drawn + 1);
    }
    return fields;
  }));
  t.is(told[0]?.length, 6);
  t.deepEqual(told[1], told[0]);
  t.deepEqual(Object.keys(told[0]?.[0] as object), ['drawn', 'at', 'other']);
});

test('who a sample is cannot be decided', async (t) => {
  await t.throwsAsync(stepsOf(values, stepFields('drawn', () => ({ key: 'all the same' }))), { name: 'LawError', message: /^drawn at step 0: changed who/ });
});
