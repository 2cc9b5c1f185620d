import test from 'ava';
import { wrapText } from '../../../formats/image/wrapText.js';

test('lines are broken between words, and the last is clipped', (t) => {
  t.deepEqual(wrapText('one two three', 60, 1, 3), ['one two', 'three']);
  t.deepEqual(wrapText('one two three four five six', 60, 1, 2), ['one two', 'three f...']);
  t.deepEqual(wrapText('', 60, 1, 2), []);
});
