import test from 'ava';
import { counterRandom } from '../../kernels/random.js';
import { randomCropBox } from '../../kernels/randomCropBox.js';

test('every place equally likely, the last ones too; none of a smaller picture', (t) => {
  const random = counterRandom(1);
  const counts = new Map<string, number>();
  for (let i = 0; i < 6000; i += 1) {
    const { x, y } = randomCropBox(random, { width: 5, height: 4 }, { width: 3, height: 3 })!;
    counts.set(`${x} ${y}`, (counts.get(`${x} ${y}`) ?? 0) + 1);
  }
  t.is(counts.size, 6);
  for (const count of counts.values()) t.true(Math.abs(count - 1000) < 5 * Math.sqrt(1000));
  t.is(randomCropBox(random, { width: 2, height: 4 }, { width: 3, height: 3 }), undefined);
});
