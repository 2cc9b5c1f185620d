import test from 'ava';
import { counterRandom } from '../../../kernels/random.js';
import { chooseIndices } from '../../../kernels/text/chooseIndices.js';

test('in ascending order, without replacement, every set equally likely', (t) => {
  const seen = new Map<string, number>();
  for (let draw = 0; draw < 6000; draw += 1) {
    const chosen = chooseIndices(2, 4, counterRandom('sets', draw));
    t.true(chosen[0]! < chosen[1]! && chosen[1]! < 4);
    seen.set(chosen.join(), (seen.get(chosen.join()) ?? 0) + 1);
  }
  t.is(seen.size, 6);
  for (const [set, count] of seen) t.true(Math.abs(count / 6000 - 1 / 6) < 0.02, `${set}: ${count}`);
});

test('all, none, too many', (t) => {
  t.deepEqual(chooseIndices(3, 3, counterRandom(1)), [0, 1, 2]);
  t.deepEqual(chooseIndices(0, 3, counterRandom(1)), []);
  t.throws(() => chooseIndices(4, 3, counterRandom(1)), { instanceOf: RangeError, message: '4 of 3 cannot be chosen' });
});
