import test from 'ava';
import { clipText, drawBox, drawText, fillRect, textWidth } from '../../kernels/draw.js';
import type { RgbImage } from '../../kernels/rgbImage.js';

const canvas = (width: number, height: number): RgbImage => ({ width, height, data: new Uint8Array(width * height * 3) });
/** The canvas as lines, `#` where its red is set. */
const picture = ({ width, height, data }: RgbImage) =>
  Array.from({ length: height }, (_, y) => Array.from({ length: width }, (__, x) => (data[(y * width + x) * 3] ? '#' : '.')).join(''));

test('drawBox draws inside the box', (t) => {
  const image = canvas(8, 6);
  drawBox(image, [1, 1, 7, 5], [255, 0, 0], 1);
  t.deepEqual(picture(image), ['........', '.######.', '.#....#.', '.#....#.', '.######.', '........']);
});

test('drawBox clips, orders corners, and draws something for a box without area', (t) => {
  const beyond = canvas(4, 3);
  drawBox(beyond, [2, 1, 99, 99], [255, 0, 0], 1);
  t.deepEqual(picture(beyond), ['....', '..##', '..#.']);
  const turned = canvas(4, 3);
  drawBox(turned, [3, 3, 0, 0], [255, 0, 0], 1);
  t.deepEqual(picture(turned), ['###.', '#.#.', '###.']);
  const point = canvas(4, 3);
  drawBox(point, [2, 1, 2, 1], [255, 0, 0]);
  t.deepEqual(picture(point), ['....', '..#.', '....']);
  const nothing = canvas(4, 3);
  drawBox(nothing, [Number.NaN, 0, 2, 2], [255, 0, 0]);
  drawBox(nothing, [-9, -9, -2, -2], [255, 0, 0]);
  t.false(picture(nothing).join('').includes('#'));
});

test('drawText draws the glyph, scaled, on its ground', (t) => {
  const image = canvas(7, 9);
  drawText(image, 'A', { x: 1, y: 1, color: [255, 0, 0] });
  t.deepEqual(picture(image), ['.......', '..###..', '.#...#.', '.#...#.', '.#####.', '.#...#.', '.#...#.', '.#...#.', '.......']);
  const large = canvas(20, 20);
  drawText(large, '-', { x: 2, y: 2, color: [255, 0, 0], background: [0, 9, 0], scale: 2 });
  t.deepEqual(picture(large).filter((line) => line.includes('#')), ['..##########........', '..##########........']);
  t.is(large.data[1], 9);
});

test('drawText clips at every side without writing elsewhere', (t) => {
  for (const [x, y] of [[-3, -3], [5, 5], [100, 0], [0, 100], [-100, 0]] as const) {
    const image = canvas(8, 8);
    t.notThrows(() => drawText(image, 'Wide text', { x, y, color: [255, 255, 255], background: [1, 1, 1], scale: 3 }));
  }
  const image = canvas(8, 8);
  fillRect(image, [7, 0, 30, 1], [255, 0, 0]);
  t.is(picture(image).join('').split('#').length - 1, 1);
});

test('textWidth and clipText agree', (t) => {
  t.is(textWidth(''), 0);
  t.is(textWidth('abc'), 17);
  t.is(textWidth('abc', 2), 34);
  t.is(clipText('abcdefgh', 1000), 'abcdefgh');
  t.is(clipText('abcdefgh', textWidth('abcdef')), 'abc...');
  t.is(clipText('abcdefgh', 5), 'a');
  t.is(clipText('abcdefgh', 0), '');
  for (let width = 0; width < 60; width++) t.true(textWidth(clipText('a longer text', width)) <= width);
});
