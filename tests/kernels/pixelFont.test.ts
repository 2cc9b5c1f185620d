import test from 'ava';
import { glyph, glyphSize } from '../../kernels/pixelFont.js';

const printable = Array.from({ length: 95 }, (_, i) => String.fromCodePoint(0x20 + i));

test('every printable ASCII character has a glyph of its own within 5x7', (t) => {
  const seen = new Map<string, string>();
  for (const character of printable) {
    const rows = glyph(character);
    t.is(rows.length, glyphSize.height, character);
    t.true(rows.every((row) => Number.isInteger(row) && row >= 0 && row < 32), character);
    t.is(rows.every((row) => row === 0), character === ' ', character);
    t.is(seen.get(rows.join()), undefined, `${character} looks like ${seen.get(rows.join())}`);
    seen.set(rows.join(), character);
  }
});

test('every other character is a box', (t) => {
  for (const character of ['é', '猫', '\n', '\u{1F600}', '']) t.deepEqual(glyph(character), [0x1f, 0x11, 0x11, 0x11, 0x11, 0x11, 0x1f]);
});
