import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { flipImage } from '../../../kernels/flipImage.js';
import { flipWithBoxes } from '../../../operators/label/flipWithBoxes.js';
import { boxed, through } from './boxed.js';

const pixels = { width: 2, height: 1, data: Uint8Array.of(1, 2, 3, 4, 5, 6) };
const sample = boxed([[0, 0, 0.25, 1]], [['left']], [], pixels);

test('pixels and boxes are mirrored together, half of the time within five standard deviations', async (t) => {
  const out = await through(Array.from({ length: 1000 }, () => sample), flipWithBoxes());
  const mirror = flipImage(pixels).data.join();
  for (const { pixels: { data }, boxesXyxy } of out) t.deepEqual([...boxesXyxy], data.join() === mirror ? [0.75, 0, 1, 1] : [0, 0, 0.25, 1]);
  const flipped = out.filter(({ pixels: { data } }) => data.join() === mirror).length;
  t.true(Math.abs(flipped - 500) < 5 * Math.sqrt(250), `${flipped} of 1000`);
});

test('never, always; a probability that is none', async (t) => {
  t.deepEqual((await through([sample], flipWithBoxes({ probability: 0 })))[0]!.boxesXyxy, sample.boxesXyxy);
  t.deepEqual([...(await through([sample], flipWithBoxes({ probability: 1 })))[0]!.boxesXyxy], [0.75, 0, 1, 1]);
  t.throws(() => flipWithBoxes({ probability: -1 }), { instanceOf: UsageError });
});
