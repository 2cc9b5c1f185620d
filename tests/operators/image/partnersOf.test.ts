import test from 'ava';
import { partnersOf } from '../../../operators/image/partnersOf.js';

test('each with the one before, the first with the last', (t) => {
  t.deepEqual(partnersOf(['a', 'b', 'c']), [['a', 'c'], ['b', 'a'], ['c', 'b']]);
  t.deepEqual(partnersOf(['a']), [['a', 'a']]);
  t.deepEqual(partnersOf([]), []);
});
