import test from 'ava';
import { filter, map } from 'rxjs';
import { membersOf } from '../../engine/account.js';
import { expand } from '../../engine/expand.js';
import { keep } from '../../engine/keep.js';
import { mapAsync } from '../../engine/mapAsync.js';
import { mapSample } from '../../engine/mapSample.js';
import { windowed } from '../../engine/windowed.js';
import { SampleFault } from '../../kernels/sampleFault.js';
import { assertResumes, type AnyStages } from '../helpers/assertResumes.js';
import { settled } from '../helpers/marbles.js';
import type { TestSample } from '../helpers/testSource.js';

/** Waits a number of turns that differs from run to run. */
async function turns(): Promise<void> {
  for (let left = Math.floor(Math.random() * 3); left > 0; left -= 1) await settled();
}

/** One of each kind, made afresh for every run; a name may stand once in a pipeline. */
const kinds: Readonly<Record<string, (name: string) => AnyStages[number]>> = {
  keep: (name) => keep<TestSample>('not a multiple of 3', ({ value }) => value % 3 !== 0, { name }),
  'keep nothing for long': (name) => keep<TestSample>('the last of a shard', ({ value }) => value % 100_000 === 4, { name }),
  mapSample: (name) => mapSample(name, ({ value }: TestSample, tools) => ({ value: value * 3 + tools.random().integer(0, 2) })),
  mapAsync: (name) =>
    mapAsync(
      name,
      async ({ value }: TestSample, tools) => {
        const drawn = tools.random().integer(0, 9);
        await turns();
        if (value % 7 === 1) throw new SampleFault('test-refused', 'one of seven');
        return { value: value + drawn };
      },
      { concurrency: 3 },
    ),
  expand: (name) => expand(name, ({ value }: TestSample, tools) => Array.from({ length: tools.random().integer(0, 3) }, (_, index) => ({ value: value * 10 + index }))),
  shuffle: (name) => windowed<TestSample, TestSample>(name, (samples, tools) => tools.random().shuffle(samples), { samples: 4 }),
  pack: (name) =>
    windowed<TestSample, TestSample>(
      name,
      (samples) => {
        const packs: TestSample[] = [];
        for (let at = 0; at < samples.length; at += 2) {
          const pair = samples.slice(at, at + 2);
          packs.push({ ...(pair[0] as TestSample), members: pair.flatMap((sample) => [...membersOf(sample)]), value: pair.reduce((sum, { value }) => sum + value, 0) });
        }
        return packs;
      },
      { samples: 5 },
    ),
  'pseudo-label': (name) =>
    windowed<TestSample, TestSample>(
      name,
      async (samples, tools) => {
        await turns();
        return samples.map((sample) => (sample.value % 5 === 2 ? tools.refuse(sample, new SampleFault('test-unlabelled', 'two of five')) : { ...sample, value: sample.value + 1 }));
      },
      { samples: 3, concurrency: 2 },
    ),
  'rxjs filter': () => filter(({ value }: TestSample) => value % 4 !== 1),
  'rxjs map': () => map((sample: TestSample) => ({ ...sample, value: sample.value + 1 })),
};

for (const [kind, make] of Object.entries(kinds)) {
  test(`${kind}, alone`, async (t) => {
    t.true((await assertResumes(t, () => [make('only')], { epochs: 3 })) >= 4);
  });
}

for (const [first, makeFirst] of Object.entries(kinds)) {
  test(`${first}, before each kind`, async (t) => {
    for (const [second, makeSecond] of Object.entries(kinds)) {
      const count = await assertResumes(t, () => [makeFirst('first'), makeSecond('second')], { label: `${first}, then ${second}` });
      if (!t.true(count > 0, `${first}, then ${second}`)) return;
    }
  });
}

test('windows in windows in windows', async (t) => {
  const { shuffle, pack, expand: children, mapAsync: slow } = kinds as Record<string, (name: string) => AnyStages[number]>;
  const stages = (): AnyStages => [shuffle!('a'), children!('b'), slow!('c'), pack!('d'), shuffle!('e')];
  t.true((await assertResumes(t, stages, { extents: 5, records: 9 })) > 8);
});

const stateful = (): AnyStages => {
  let seen = 0;
  return [mapSample<TestSample, object>('count', () => ({ value: (seen += 1) }))];
};

test('the assertion finds a stage that keeps state', async (t) => {
  const result = await t.try(async (attempt) => void (await assertResumes(attempt, stateful)));
  result.discard();
  t.false(result.passed);
});

const chance = (): AnyStages => [windowed<TestSample, TestSample>('w', (samples) => (Math.random() < 0.5 ? samples : samples.toReversed()), { samples: 4 })];

test('the assertion finds a window that is not a function of its samples', async (t) => {
  const result = await t.try(async (attempt) => void (await assertResumes(attempt, chance, { epochs: 4 })));
  result.discard();
  t.false(result.passed);
});
