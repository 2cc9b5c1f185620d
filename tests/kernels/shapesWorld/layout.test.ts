import test from 'ava';
import { sceneLayout, type Layout } from '../../../kernels/shapesWorld/layout.js';
import { shapes } from '../../../kernels/shapesWorld/shapes.js';
import { colourNames, colours, sizeNames, sizes } from '../../../kernels/shapesWorld/words.js';

const layouts = Array.from({ length: 500 }, (_, index) => sceneLayout(20, index, false));
const objects = layouts.flatMap((layout) => layout.objects);

test('canvas: sides 64..192, aspect ratio 0.6..1.67, both orientations', (t) => {
  for (const { width, height } of layouts) {
    const [short, long] = width < height ? [width, height] : [height, width];
    t.true(long >= 96 && long <= 192 && short >= 64 && short >= 0.6 * long, `${width} x ${height}`);
  }
  within(t, layouts.filter(({ width, height }) => width > height).length / layouts.length, 0.49, 0.1);
  within(t, average(layouts.map(({ width, height }) => Math.max(width, height))), 144, 4);
});

test('number of objects, sizes, colours and classes follow their frequencies', (t) => {
  [0.15, 0.25, 0.25, 0.15, 0.12, 0.08].forEach((expected, i) => {
    within(t, layouts.filter((layout) => layout.objects.length === i + 1).length / layouts.length, expected, 0.07);
  });
  for (const name of sizeNames) within(t, share(name, (object) => object.size), sizes[name].probability, 0.06);
  for (const name of colourNames) within(t, share(name, (object) => object.colour), 0.1, 0.035);
  for (const { name, frequency } of shapes) within(t, share(name, (object) => object.shape.name), frequency / 126, 0.035);
});

test('a balanced world draws every class alike', (t) => {
  const drawn = Array.from({ length: 400 }, (_, index) => sceneLayout(20, index, true)).flatMap((layout) => layout.objects);
  for (const { name } of shapes) within(t, drawn.filter(({ shape }) => shape.name === name).length / drawn.length, 1 / 12, 0.035);
});

test('size words keep to their diameters; the circle around the shape is on the canvas; tilts keep to their limits', (t) => {
  for (const { width, height, objects: placed } of layouts) {
    for (const { size, shape, fill, colour, place: { cx, cy, radius, degrees } } of placed) {
      const [lo, hi] = sizes[size].diameter;
      const diameter = (2 * radius) / Math.max(width, height);
      t.true(diameter >= lo && diameter <= hi, `${size} ${diameter}`);
      t.true(cx >= radius && cx <= width - radius && cy >= radius && cy <= height - radius);
      t.true(Math.abs(degrees) <= shape.tiltDegrees);
      fill.forEach((channel, i) => t.true(Math.abs(channel - colours[colour][i]!) <= 18 && channel >= 0 && channel <= 255));
    }
  }
});

test('coverage and owner agree with a count of every sub-sample, and each object keeps 60 %', (t) => {
  for (const layout of layouts.slice(0, 60)) {
    const owner = recount(layout, (visible, area) => t.true(visible >= 0.6 * area, `${visible} of ${area}`));
    t.deepEqual(layout.owner, owner);
  }
});

/** Paints owners over the whole canvas, one sub-sample at a time, and reports visible and own area of every object after every step. */
function recount({ width, height, objects: placed }: Layout, report: (visible: number, area: number) => void): Int8Array {
  const owner = new Int8Array(width * height).fill(-1);
  const areas: number[] = [];
  placed.forEach(({ shape, place: { cx, cy, radius, degrees } }, index) => {
    const c = Math.cos((degrees * Math.PI) / 180);
    const s = Math.sin((degrees * Math.PI) / 180);
    let area = 0;
    for (let pixel = 0; pixel < owner.length; pixel++) {
      let hits = 0;
      for (let sample = 0; sample < 16; sample++) {
        const dx = (pixel % width) + ((sample % 4) + 0.5) / 4 - cx;
        const dy = Math.floor(pixel / width) + (Math.floor(sample / 4) + 0.5) / 4 - cy;
        if (shape.inside((c * dx + s * dy) / radius, (c * dy - s * dx) / radius)) hits++;
      }
      if (hits < 8) continue;
      owner[pixel] = index;
      area++;
    }
    areas.push(area);
    areas.forEach((own, i) => report(owner.reduce((count, value) => count + (value === i ? 1 : 0), 0), own));
  });
  return owner;
}

function share(name: string, of: (object: (typeof objects)[number]) => string): number {
  return objects.filter((object) => of(object) === name).length / objects.length;
}

function average(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function within(t: { true(value: boolean, message: string): unknown }, value: number, expected: number, tolerance: number): void {
  t.true(Math.abs(value - expected) <= tolerance, `${value}, expected ${expected} +- ${tolerance}`);
}
