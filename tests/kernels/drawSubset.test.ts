import test from 'ava';
import { drawSubset } from '../../kernels/drawSubset.js';
import { counterRandom } from '../../kernels/random.js';

test('places without replacement, in rising order, all equally likely', (t) => {
  const random = counterRandom('subset');
  const counts = Array.from({ length: 10 }, () => 0);
  for (let round = 0; round < 10_000; round += 1) {
    const places = drawSubset(random, 3, 10);
    if (new Set(places).size !== 3 || places.some((place, at) => at > 0 && place < (places[at - 1] as number))) return t.fail(places.join());
    for (const place of places) counts[place]! += 1;
  }
  for (const count of counts) t.true(Math.abs(count - 3000) < 5 * Math.sqrt(2100), counts.join());
});

test('none, all, and more than there are', (t) => {
  t.deepEqual([...drawSubset(counterRandom(1), 0, 3)], []);
  t.deepEqual([...drawSubset(counterRandom(1), 3, 3)], [0, 1, 2]);
  t.throws(() => drawSubset(counterRandom(1), 4, 3), { name: 'RangeError' });
});
