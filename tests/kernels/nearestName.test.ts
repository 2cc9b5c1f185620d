import test from 'ava';
import { nearestName } from '../../kernels/nearestName.js';

test('the nearest name, and none where all are far', (t) => {
  const names = ['resize', 'resize_small', 'flip_lr', 'keep'];
  for (const [word, want] of [['rezise', 'resize'], ['resize_smal', 'resize_small'], ['fliplr', 'flip_lr'], ['kepe', 'keep'], ['keeps', 'keep'], ['decode', undefined], ['x', undefined]] as const) t.is(nearestName(word, names), want, word);
  t.is(nearestName('a', []), undefined);
});
