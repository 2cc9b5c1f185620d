import test from 'ava';
import { recordedPipeline } from '../../engine/recordedPipeline.js';
import { openStream } from '../../engine/stream.js';
import { expand } from '../../engine/expand.js';
import { perStep } from '../../engine/perStep.js';
import { stepFields } from '../../engine/stepFields.js';
import { mapSample } from '../../engine/mapSample.js';
import { pipeline, type Pipeline } from '../../engine/pipeline.js';
import { originLabel, originText } from '../../engine/sample.js';
import { batch } from '../../operators/flow/batch.js';
import { shuffle } from '../../operators/flow/shuffle.js';
import { mix } from '../../sources/mix.js';
import { noStores } from '../helpers/lanes.js';
import { sampleText } from '../helpers/streams.js';
import { testSource, type TestSample } from '../helpers/testSource.js';

const recipe = (): Pipeline =>
  pipeline(
    mix<TestSample>([
      { source: testSource({ name: 'left', extents: 2, records: 9 }), weight: 1 },
      { source: testSource({ name: 'right', extents: 2, first: 2, records: 9 }), weight: 1 },
    ]),
    mapSample('noise', (_, { random }) => ({ noise: random().uniform() })),
    expand('parts', (_, { random }) => Array.from({ length: random().integer(1, 2) }, (__, part) => ({ part }))),
    mapSample('late', (_, { random }) => ({ late: random('salt').bernoulli(0.5) })),
    shuffle({ window: 8 }),
    batch({ size: 4 }),
  );
const open = (pipe: Pipeline) => openStream(pipe, { seed: 3, lanes: 2, stores: noStores, signal: new AbortController().signal, maxInFlightBytes: 1e9 });

test('a step made again from its checkpoint, recorded: the same samples, the end of each record, and all that was drawn for it', async (t) => {
  const whole: string[][] = [];
  const plain = await open(recipe());
  const checkpoints = [plain.checkpoint()];
  for await (const { contributions } of plain.steps()) {
    whole.push(contributions.flatMap(({ samples }) => samples.map(sampleText)));
    checkpoints.push(plain.checkpoint());
  }
  t.true(whole.length > 5);
  for (const [step, checkpoint] of checkpoints.slice(0, -1).entries()) {
    const recorded = recordedPipeline(recipe());
    for await (const { contributions } of (await open(recorded.pipe)).steps(checkpoint)) {
      const samples = contributions.flatMap((lane) => lane.samples) as (TestSample & { noise: number; late: boolean })[];
      t.deepEqual(samples.map(sampleText), whole[step]);
      for (const { origin, noise, late } of samples) {
        t.is(recorded.endByteOf(origin), (origin.record + 1) * 100);
        const draws = recorded.draws.of(origin).filter(({ stage }) => stage !== 'shuffle');
        t.deepEqual(draws.map(({ stage, origin: whose, count }) => [stage, originLabel(whose), count]), [
          ['noise', originLabel({ ...origin, path: [] }), 1],
          ['parts', originLabel({ ...origin, path: [] }), 1],
          ['late', originLabel(origin), 1],
        ]);
        t.is(draws[0]?.draws[0]?.result, noise);
        t.is(draws[1]?.draws[0]?.result, origin.path[0]?.of as number);
        t.deepEqual(draws[2]?.draws, [{ method: 'bernoulli', args: [0.5], result: late, salt: ['salt'] }]);
      }
      break;
    }
  }
});

test("a window's draws stand with its first sample, whole", async (t) => {
  const recorded = recordedPipeline(recipe());
  let windows = 0;
  for await (const { contributions } of (await open(recorded.pipe)).steps()) {
    for (const { origin } of contributions.flatMap((lane) => lane.samples)) {
      for (const { origin: whose, draws } of recorded.draws.of(origin).filter(({ stage }) => stage === 'shuffle')) {
        windows += 1;
        t.is(originText(whose), originText(origin));
        t.like(draws, [{ method: 'shuffle', salt: [] }]);
      }
    }
  }
  t.is(windows, recorded.draws.ofStage('shuffle').length);
  t.true(windows > 4);
});

test('draws of stages after batch: by step and lane, those for the whole step with every lane', async (t) => {
  const whole = pipeline(
    testSource({ extents: 4, records: 9 }),
    batch({ size: 8 }),
    perStep('mixed', (samples, { random, lane }) => {
      const [all, own] = [random().uniform(), random(lane).integer(0, 9)];
      return samples.map(() => ({ all, own }));
    }),
    stepFields('shared', ({ random }) => ({ shared: random().choice(['a', 'b']) })),
  );
  const recorded = recordedPipeline(whole);
  let steps = 0;
  for await (const { step, contributions, fields } of (await open(recorded.pipe)).steps()) {
    steps += 1;
    for (const { lane, samples } of contributions) {
      for (const sample of samples as unknown as readonly { all: number; own: number }[]) {
        const [mixed, shared] = recorded.draws.ofStep(step, lane);
        t.deepEqual(mixed, { stage: 'mixed', count: 2, draws: [{ method: 'uniform', args: [], result: sample.all, salt: [] }, { method: 'integer', args: [0, 9], result: sample.own, salt: [lane] }] });
        t.like(shared, { stage: 'shared', count: 1, draws: [{ method: 'choice', value: fields?.shared }] });
      }
    }
  }
  t.is(steps, 5);
  t.deepEqual(recorded.draws.ofStep(99, 0), []);
});

test('of what was not read nothing is known', (t) => {
  const recorded = recordedPipeline(recipe());
  const origin = { dataset: 'mix/0/left', shard: 'shard-0', record: 0, pass: 0, path: [] };
  t.is(recorded.endByteOf(origin), undefined);
  t.deepEqual(recorded.draws.of(origin), []);
});
