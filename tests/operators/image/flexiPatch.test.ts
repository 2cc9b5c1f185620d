import test from 'ava';
import { readFileSync } from 'node:fs';
import { flexiPatch, type FlexiPatch } from '../../../operators/image/flexiPatch.js';
import { samplesOf, stepsOf } from '../../helpers/stepsOf.js';

const { cases } = JSON.parse(readFileSync(new URL('../../golden/big_vision/flexivit.json', import.meta.url), 'utf8')) as {
  cases: { seqhw: { resolution: number; seqhw: readonly number[]; patch: readonly number[]; draws: readonly number[] } };
};
const values = (count: number) => Array.from({ length: count }, (_, value) => ({ value }));

test("the reference's grids and patch sizes, all equally likely, one a step for the whole batch", async (t) => {
  const { resolution, seqhw, patch, draws } = cases.seqhw;
  const patchOf = new Map<number, number | undefined>(seqhw.map((grid, place) => [grid, patch[place]]));
  const counts = new Map<number, number>();
  const steps = await stepsOf(values(8000), flexiPatch({ side: resolution }), { size: 4, lanes: 2 });
  t.is(steps.length, 2000);
  for (const step of steps) {
    const { grid, patchSize } = step.fields as unknown as FlexiPatch;
    t.is(patchOf.get(grid), patchSize);
    for (const sample of samplesOf<FlexiPatch>(step)) t.like(sample, { grid, patchSize });
    counts.set(grid, (counts.get(grid) ?? 0) + 1);
  }
  t.deepEqual([...counts.keys()].toSorted((a, b) => a - b), [...seqhw]);
  for (const [grid, count] of counts) t.true(Math.abs(count - 200) < 50, `${grid}: ${count} of 2000`);
  t.true(draws.every((grid) => counts.has(grid)));
});

test('a function of seed and step', async (t) => {
  const grids = async (seed: number): Promise<unknown[]> => (await stepsOf(values(40), flexiPatch(), { size: 2, seed })).map(({ fields }) => fields?.grid);
  t.deepEqual(await grids(1), await grids(1));
  t.notDeepEqual(await grids(1), await grids(2));
});

test('grids that do not fit are refused', (t) => {
  t.throws(() => flexiPatch({ side: 224 }), { name: 'UsageError', message: 'flexiPatch: every entry of `grids` must divide the side of 224 pixels, got 5' });
  t.throws(() => flexiPatch({ grids: [] }), { name: 'UsageError', message: /`grids` must have one entry at least/ });
  t.throws(() => flexiPatch({ grids: [Number('x')] }), { name: 'UsageError', message: /`grids` must be an integer from 1 to 240, got NaN/ });
  t.throws(() => flexiPatch({ side: 0 }), { name: 'UsageError', message: /`side` must be an integer from 1 up/ });
});
