import test from 'ava';
import { shapes, type ShapeName } from '../../../kernels/shapesWorld/shapes.js';

/** Areas in square radii, from geometry; the heart's is 3.6617 of its curve divided by 1.2^2. */
const areas: Record<ShapeName, number> = {
  circle: Math.PI,
  square: 1.6 ** 2,
  triangle: (3 * Math.sqrt(3)) / 4,
  star: 5 * 0.42 * Math.sin(Math.PI / 5),
  ring: Math.PI * (1 - 0.55 ** 2),
  cross: 2 * 0.6 * 1.9 - 0.6 ** 2,
  hexagon: (3 * Math.sqrt(3)) / 2,
  ellipse: Math.PI * 0.55,
  diamond: 2 * 0.62,
  heart: 3.6617 / 1.44,
  arrow: 1.2 * 0.6 + (1.5 * 0.8) / 2,
  crescent: Math.PI - lens(1, 0.75, 0.45),
};

test('twelve classes, weights out of 126, 20 to 1', (t) => {
  t.is(shapes.length, 12);
  t.is(shapes.reduce((sum, shape) => sum + shape.frequency, 0), 126);
  t.deepEqual(shapes.toSorted((a, b) => b.frequency - a.frequency), [...shapes]);
  t.deepEqual([shapes[0]!.frequency, shapes[11]!.frequency], [20, 1]);
});

for (const { name, core, reach, inside } of shapes) {
  test(`${name}: area, core and reach`, (t) => {
    const step = 0.005;
    let count = 0;
    let farthest = 0;
    for (let u = -1.2 + step / 2; u < 1.2; u += step) {
      for (let v = -1.2 + step / 2; v < 1.2; v += step) {
        const distance = Math.sqrt(u * u + v * v);
        const hit = inside(u, v);
        if (distance < core && hit !== inside(0, 0)) t.fail(`${u},${v} in the core differs from the centre`);
        if (!hit) continue;
        count++;
        farthest = Math.max(farthest, distance);
      }
    }
    const area = count * step * step;
    t.true(Math.abs(area - areas[name]) < 0.01, `area ${area}, expected ${areas[name]}`);
    t.true(farthest <= reach, `reach ${farthest}`);
    t.true(farthest > reach - 0.05, `reach ${reach} is needlessly large: ${farthest}`);
  });
}

test('up is up: the triangle, the star and the heart', (t) => {
  const byName = Object.fromEntries(shapes.map((shape) => [shape.name, shape.inside]));
  t.true(byName['triangle']!(0, -0.95));
  t.false(byName['triangle']!(0, 0.6));
  t.true(byName['star']!(0, -0.95));
  t.false(byName['star']!(0, 0.5));
  t.true(byName['heart']!(0, 0.9)); // its tip is down
  t.false(byName['heart']!(0, -0.85)); // its notch is up
  t.true(byName['arrow']!(0.95, 0)); // its head is right
  t.true(byName['crescent']!(-0.9, 0)); // open to the right
  t.false(byName['crescent']!(0.9, 0));
});

/** Area that two circles at distance d share. */
function lens(R: number, r: number, d: number): number {
  const a = Math.acos((d * d + R * R - r * r) / (2 * d * R));
  const b = Math.acos((d * d + r * r - R * R) / (2 * d * r));
  return R * R * (a - Math.sin(2 * a) / 2) + r * r * (b - Math.sin(2 * b) / 2);
}
