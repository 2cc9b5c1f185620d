import test from 'ava';
import { assert, double, integer, property } from 'fast-check';
import { adjustColors, type ColorStep } from '../../kernels/adjustColors.js';
import { patterned } from '../operators/pixelsThrough.js';

const pixel = (...data: readonly number[]): { width: number; height: number; data: Uint8Array } => ({ width: data.length / 3, height: 1, data: Uint8Array.from(data) });
const colors = (data: readonly number[], kind: ColorStep['kind'], amount: number): number[] => [...adjustColors(pixel(...data), [{ kind, amount }]).data];

test('brightness, contrast and saturation by hand', (t) => {
  t.deepEqual(colors([10, 101, 200], 'brightness', 1.5), [15, 151, 255]);
  t.deepEqual(colors([0, 0, 0, 200, 200, 200], 'contrast', 0.5), [49, 49, 49, 149, 149, 149], 'the mean grey of 0 and 199 is 99.5');
  t.deepEqual(colors([255, 0, 0], 'saturation', 0), [76, 76, 76]);
  t.deepEqual(colors([200, 100, 0], 'saturation', 2), [255, 82, 0], 'grey is 118');
});

test('hue: the colour circle in thirds and halves; grey has none', (t) => {
  t.deepEqual(colors([255, 0, 0], 'hue', 1 / 3), [0, 255, 0]);
  t.deepEqual(colors([255, 0, 0], 'hue', -1 / 3), [0, 0, 255]);
  t.deepEqual(colors([255, 0, 0], 'hue', 0.5), [0, 255, 255]);
  t.deepEqual(colors([255, 255, 0], 'hue', 0.5), [0, 0, 255]);
  t.deepEqual(colors([90, 90, 90], 'hue', 0.3), [90, 90, 90]);
});

test('a turn keeps the largest and the least channel, and turning back gives the colour, within a level', (t) => {
  const byte = integer({ min: 0, max: 255 });
  assert(
    property(byte, byte, byte, double({ min: -0.5, max: 0.5, noNaN: true }), (red, green, blue, turn) => {
      const turned = colors([red, green, blue], 'hue', turn);
      t.true(Math.abs(Math.max(...turned) - Math.max(red, green, blue)) <= 1 && Math.abs(Math.min(...turned) - Math.min(red, green, blue)) <= 1);
      const back = colors(turned, 'hue', -turn);
      [red, green, blue].forEach((value, i) => t.true(Math.abs(value - back[i]!) <= 3, `${red} ${green} ${blue} by ${turn}: ${back.join()}`));
    }),
    { numRuns: 300 },
  );
});

test('amounts that change nothing change nothing; steps are done in their order', (t) => {
  const picture = patterned(9, 7);
  t.deepEqual(adjustColors(picture, [{ kind: 'brightness', amount: 1 }, { kind: 'contrast', amount: 1 }, { kind: 'saturation', amount: 1 }]), picture);
  const [dark, pale] = [{ kind: 'brightness', amount: 0.5 }, { kind: 'contrast', amount: 0.3 }] as const;
  t.deepEqual(adjustColors(picture, [dark, pale]), adjustColors(adjustColors(picture, [dark]), [pale]));
  t.notDeepEqual(adjustColors(picture, [dark, pale]), adjustColors(picture, [pale, dark]));
});
