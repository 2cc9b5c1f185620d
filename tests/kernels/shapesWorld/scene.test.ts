import test from 'ava';
import { hash128, hex128 } from '../../../kernels/hash.js';
import { drawScene, sizeNames, type ShapesScene } from '../../../kernels/shapesWorld/index.js';
import { sceneLayout } from '../../../kernels/shapesWorld/layout.js';

test('golden scene: the same on every machine', (t) => {
  const { image, caption, objects } = drawScene(1, 6);
  t.deepEqual([image.width, image.height, caption], [96, 151, 'A medium black star free download']);
  t.deepEqual(objects, [
    { shape: 'ring', colour: 'blue', size: 'small', box: [65, 11, 96, 42] },
    { shape: 'star', colour: 'black', size: 'medium', box: [20, 35, 66, 73] },
    { shape: 'circle', colour: 'pink', size: 'large', box: [0, 72, 74, 146] },
  ]);
  t.is(hex128(hash128(image.data)), '06624bf27cbb2b16b2c6a4756acc5b49');
});

test('a scene is a pure function of (seed, index, balanced), in any order', (t) => {
  const forwards = [0, 1, 2].map((index) => drawScene(5, index));
  const backwards = [2, 1, 0].map((index) => drawScene(5, index)).toReversed();
  t.deepEqual(forwards, backwards);
  const digests = [drawScene(5, 0), drawScene(5, 1), drawScene(6, 0), drawScene(5, 0, { balanced: true })].map((scene) => hex128(hash128(scene.image.data)));
  t.is(new Set(digests).size, 4);
});

test('boxes are the tight boxes of the pixels that an object still owns', (t) => {
  for (let index = 0; index < 100; index++) {
    const { owner, width } = sceneLayout(8, index, true);
    const { objects, image } = drawScene(8, index, { balanced: true });
    t.is(image.data.length, image.width * image.height * 3);
    t.true(objects.length >= 1);
    objects.forEach(({ box: [x0, y0, x1, y1] }, i) => {
      const pixels = [...owner.keys()].filter((pixel) => owner[pixel] === i);
      const xs = pixels.map((pixel) => pixel % width);
      const ys = pixels.map((pixel) => Math.floor(pixel / width));
      t.deepEqual([x0, y0, x1, y1], [Math.min(...xs), Math.min(...ys), Math.max(...xs) + 1, Math.max(...ys) + 1]);
    });
  }
});

test('full pixels of an object show its fill, plain pixels the gradient, both within the noise', (t) => {
  for (let index = 0; index < 40; index++) {
    const layout = sceneLayout(9, index, false);
    const { image } = drawScene(9, index);
    const top = new Int8Array(layout.owner.length).fill(-1);
    const pure = new Uint8Array(layout.owner.length).fill(1);
    layout.objects.forEach(({ coverage: { x, y, width, counts } }, i) => counts.forEach((count, at) => {
      const pixel = (y + Math.floor(at / width)) * layout.width + x + (at % width);
      if (count === 16) [top[pixel], pure[pixel]] = [i, 1];
      else if (count > 0) pure[pixel] = 0;
    }));
    const { from, to } = layout.background;
    top.forEach((object, pixel) => {
      if (pure[pixel] === 0) return;
      for (let channel = 0; channel < 3; channel++) {
        const value = image.data[3 * pixel + channel]!;
        const [a, b] = object >= 0 ? [layout.objects[object]!.fill[channel]!, layout.objects[object]!.fill[channel]!] : [from[channel]!, to[channel]!];
        if (object < 0 && layout.lines.length > 0) continue; // clutter may be here
        if (value < Math.min(a, b) - 8.5 || value > Math.max(a, b) + 8.5) t.fail(`scene ${index} pixel ${pixel}: ${value} outside ${a}..${b}`);
      }
    });
  }
  t.pass();
});

test('boxes are never far from what their size word says', (t) => {
  const scenes = Array.from({ length: 120 }, (_, index) => drawScene(10, index));
  const means = sizeNames.map((name) => scenes.flatMap((scene) => sides(scene, name))).map((values) => values.reduce((a, b) => a + b, 0) / values.length);
  t.true(means[0]! > 0.12 && means[0]! < 0.23 && means[1]! > 0.22 && means[1]! < 0.36 && means[2]! > 0.35 && means[2]! < 0.6, means.join());
});

test('a seed or an index that is no integer from 0 up is refused', (t) => {
  t.throws(() => drawScene(-1, 0), { instanceOf: RangeError, message: 'drawScene: `seed` must be an integer from 0 up, got -1' });
  t.throws(() => drawScene(1, 0.5), { instanceOf: RangeError, message: 'drawScene: `index` must be an integer from 0 up, got 0.5' });
});

/** Long sides of a scene's boxes of one size word, divided by the long side of the canvas. */
function sides({ objects, image }: ShapesScene, name: string): number[] {
  return objects.filter(({ size }) => size === name)
    .map(({ box }) => Math.max(box[2] - box[0], box[3] - box[1]) / Math.max(image.width, image.height));
}
