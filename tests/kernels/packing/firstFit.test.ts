import test from 'ava';
import { readFileSync } from 'node:fs';
import { firstFit } from '../../../kernels/packing/firstFit.js';

interface Lists {
  readonly lengths_after_truncation_to_capacity: number[];
  readonly capacity: number;
  readonly next_fit: { readonly bins_of_indices: number[][] };
  readonly first_fit: { readonly bins_of_indices: number[][] };
}
interface Greedy {
  readonly lengths: number[];
  readonly seq_len: number;
  readonly B: number;
  readonly closed_batches: number[][][];
  readonly open_batch: number[][];
  readonly 'with_Emax=2': readonly [closed: number[][][], open: number[][]];
}
const read = (name: string): { cases: unknown } => JSON.parse(readFileSync(new URL(`../../golden/big_vision/${name}.json`, import.meta.url), 'utf8'));
const { lists } = read('packing').cases as { lists: Readonly<Record<string, Lists>> };
const { greedy } = read('navit').cases as { greedy: Greedy };

/** Windows of `openSequences` sequences: one that has no room for an example ends before it. */
function windows(lengths: readonly number[], capacity: number, openSequences: number, maxExamples?: number): number[][][] {
  const make = (): ReturnType<typeof firstFit> => firstFit({ capacities: [capacity], openSequences, ...(maxExamples === undefined ? {} : { maxExamples }) });
  const empty = (): number[][] => Array.from({ length: openSequences }, () => []);
  const all = [empty()];
  let place = make();
  for (const [example, length] of lengths.entries()) {
    let sequence = place([length]);
    if (sequence === -1) {
      place = make();
      all.push(empty());
      sequence = place([length]);
    }
    all.at(-1)![sequence]!.push(example);
  }
  return all;
}

test("NaViT's greedy packing: closed and open sequences", (t) => {
  t.deepEqual(windows(greedy.lengths, greedy.seq_len, greedy.B), [...greedy.closed_batches, greedy.open_batch]);
  t.deepEqual(windows(greedy.lengths, greedy.seq_len, greedy.B, 2), [...greedy['with_Emax=2'][0], greedy['with_Emax=2'][1]]);
});

for (const [name, { lengths_after_truncation_to_capacity: lengths, capacity, ...expected }] of Object.entries(lists).filter(([, entry]) => typeof entry === 'object' && 'first_fit' in entry)) {
  test(`${name}: as first fit with every sequence open, as next fit with one`, (t) => {
    t.deepEqual(windows(lengths, capacity, lengths.length).flat().filter((sequence) => sequence.length > 0), expected.first_fit.bins_of_indices);
    t.deepEqual(windows(lengths, capacity, 1).flat(), expected.next_fit.bins_of_indices);
  });
}

test('an example must fit in every feature; one that does not changes nothing', (t) => {
  const place = firstFit({ capacities: [10, 3], openSequences: 2 });
  t.deepEqual([[4, 3], [6, 1], [7, 1], [0, 2], [6, 0], [4, 0]].map(place), [0, 1, -1, 1, 0, 1]);
});
