import test from 'ava';
import { array, assert, constant, integer, property, tuple } from 'fast-check';
import { hungarian } from '../../kernels/hungarian.js';

test('a known one', (t) => {
  t.deepEqual([...hungarian([4, 1, 3, 2, 0, 5, 3, 2, 2], 3, 3)], [1, 0, 2]);
});

test('as cheap as the best of all assignments, with any shape and signs', (t) => {
  const shape = tuple(integer({ min: 1, max: 5 }), integer({ min: 1, max: 5 }));
  const sized = shape.chain(([rows, columns]) => tuple(constant(rows), constant(columns), array(integer({ min: -20, max: 20 }), { minLength: rows * columns, maxLength: rows * columns })));
  assert(
    property(sized, ([rows, columns, cost]) => {
      const found = [...hungarian(cost, rows, columns)];
      const taken = found.filter((column) => column >= 0);
      t.is(taken.length, Math.min(rows, columns));
      t.is(new Set(taken).size, taken.length);
      t.is(found.reduce((sum, column, row) => sum + (column < 0 ? 0 : cost[row * columns + column]!), 0), cheapest(cost, rows, columns));
    }),
    { numRuns: 300 },
  );
});

/** By trying all. */
function cheapest(cost: readonly number[], rows: number, columns: number): number {
  const best = (row: number, free: readonly number[], left: number): number => {
    if (left === 0) return 0;
    if (rows - row < left) return Number.POSITIVE_INFINITY;
    const taking = free.map((column) => cost[row * columns + column]! + best(row + 1, free.filter((other) => other !== column), left - 1));
    return Math.min(best(row + 1, free, left), ...taking);
  };
  return best(0, Array.from({ length: columns }, (_, column) => column), Math.min(rows, columns));
}

test('nothing to assign; costs that are none', (t) => {
  t.deepEqual([...hungarian([], 0, 0)], []);
  t.deepEqual([...hungarian([], 2, 0)], [-1, -1]);
  t.throws(() => hungarian([1], 1, 2), { instanceOf: RangeError, message: /1 x 2 costs were announced, got 1/ });
  t.throws(() => hungarian([1, Number.NaN], 1, 2), { instanceOf: RangeError, message: /cost 1 is NaN/ });
});
