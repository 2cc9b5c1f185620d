import test from 'ava';
import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { bestFitDecreasing } from '../../../kernels/packing/bestFitDecreasing.js';

interface Lists {
  readonly lengths_after_truncation_to_capacity: number[];
  readonly capacity: number;
  readonly best_fit_decreasing: { readonly bins_of_indices: number[][] };
}
const { cases } = JSON.parse(readFileSync(new URL('../../golden/big_vision/packing.json', import.meta.url), 'utf8')) as { cases: { lists: Readonly<Record<string, Lists>> } };

for (const [name, { lengths_after_truncation_to_capacity: lengths, capacity, best_fit_decreasing }] of Object.entries(cases.lists).filter(([, entry]) => typeof entry === 'object' && 'capacity' in entry)) {
  test(`${name}: the sequences of the reference`, (t) => {
    t.deepEqual(bestFitDecreasing(lengths.map((length) => [length]), { capacities: [capacity] }), best_fit_decreasing.bins_of_indices);
  });
}

/** The rule, word by word, over all open sequences. */
function slowly(lengths: readonly (readonly number[])[], capacities: readonly number[], maxExamples: number): number[][] {
  const open: { readonly examples: number[]; readonly room: number[]; since: number }[] = [];
  let clock = 0;
  const order = lengths.map((_, place) => place).toSorted((a, b) => lengths[b]![0]! - lengths[a]![0]! || a - b);
  for (const place of order) {
    const fitting = open.filter(({ examples, room }) => examples.length < maxExamples && lengths[place]!.every((need, feature) => need <= room[feature]!));
    let best = fitting.toSorted((a, b) => a.room[0]! - b.room[0]! || a.since - b.since)[0];
    if (best === undefined) open.push((best = { examples: [], room: [...capacities], since: 0 }));
    best.examples.push(place);
    for (const [feature, need] of lengths[place]!.entries()) best.room[feature]! -= need;
    best.since = clock += 1;
  }
  return open.map(({ examples }) => examples);
}

test('queues and bits find what a search over all open sequences finds, with two features and a limit of examples', (t) => {
  const example = fc.tuple(fc.integer({ min: 0, max: 70 }), fc.integer({ min: 1, max: 9 }));
  fc.assert(fc.property(fc.array(example, { maxLength: 80 }), fc.integer({ min: 1, max: 6 }), (lengths, maxExamples) => {
    t.deepEqual(bestFitDecreasing(lengths, { capacities: [70, 20], maxExamples }), slowly(lengths, [70, 20], maxExamples));
  }));
});
