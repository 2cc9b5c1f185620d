import test from 'ava';
import { counterRandom, type Random } from '../../kernels/random.js';
import { recordedRandom, type Draw } from '../../kernels/recordedRandom.js';

/** Every method of a stream, in this order. */
const calls: readonly ((random: Random) => unknown)[] = [
  (random) => random.bits32(),
  (random) => random.uniform(),
  (random) => random.uniform32(),
  (random) => random.integer(-3, 3_000_000),
  (random) => random.range(2, 5),
  (random) => random.choice(['a', 'b', 'c']),
  (random) => random.choice([{ deep: 1 }, { deep: 2 }]),
  (random) => random.weighted([10, 20, 30], [1, 0, 5]),
  (random) => random.shuffle(['x', 'x', 'y', 'z']),
  (random) => random.bernoulli(0.3),
  (random) => random.normal(),
];

test('the same numbers as without the record, whatever is called in which order', (t) => {
  for (let seed = 0; seed < 50; seed += 1) {
    const [plain, recorded] = [counterRandom(seed), recordedRandom(counterRandom(seed), () => {})];
    const order = counterRandom('order', seed).shuffle([...calls, ...calls]);
    t.deepEqual(order.map((call) => call(recorded)), order.map((call) => call(plain)));
  }
});

test('each call is told once, with what was asked for and what came; of values only places, and plain ones themselves', (t) => {
  const draws: Draw[] = [];
  const random = recordedRandom(counterRandom('told'), (draw) => draws.push(draw));
  const came = calls.map((call) => call(random));
  t.deepEqual(draws.map(({ method }) => method), ['bits32', 'uniform', 'uniform32', 'integer', 'range', 'choice', 'choice', 'weighted', 'shuffle', 'bernoulli', 'normal']);
  t.deepEqual(draws.map(({ args }) => args), [[], [], [], [-3, 3_000_000], [2, 5], [3], [2], [3, 3], [4], [0.3], []]);
  for (const [index, { method, result }] of draws.entries()) if (!['choice', 'weighted', 'shuffle'].includes(method)) t.is<unknown, unknown>(result, came[index]);
  t.deepEqual(draws[5], { method: 'choice', args: [3], result: ['a', 'b', 'c'].indexOf(came[5] as string), value: came[5] as string });
  t.deepEqual(Object.keys(draws[6] as Draw), ['method', 'args', 'result'], 'an object is not kept');
  t.is(draws[7]?.value, came[7] as number);
  t.deepEqual([draws[8]?.result].flat().map((place) => ['x', 'x', 'y', 'z'][Number(place)]), came[8] as string[]);
});

test('errors are those of the stream, and no draw', (t) => {
  const random = recordedRandom(counterRandom('errors'), () => t.fail());
  t.throws(() => random.choice([]), { instanceOf: RangeError, message: /at least one value/ });
  t.throws(() => random.integer(2, 1), { instanceOf: RangeError });
  t.throws(() => random.weighted(['a'], [-1]), { instanceOf: RangeError, message: /weight 0/ });
});
