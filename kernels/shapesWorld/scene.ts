import { counterRandom } from '../random.js';
import type { RgbImage } from '../rgbImage.js';
import { sceneCaption } from './caption.js';
import { drawLayout } from './draw.js';
import { sceneLayout, type Layout } from './layout.js';
import type { ShapeName } from './shapes.js';
import type { ColourName, SizeName } from './words.js';

/** One object of a scene, as it can be seen. */
export interface SceneObject {
  readonly shape: ShapeName;
  readonly colour: ColourName;
  readonly size: SizeName;
  /**
   * [x0, y0, x1, y1] in whole pixels, x1 and y1 exclusive: the tight box of the pixels that the object still owns in the end (a modal box: what
   * is hidden does not count).
   */
  readonly box: readonly [number, number, number, number];
}

/** A picture with its noisy caption and its exact boxes. */
export interface ShapesScene {
  readonly image: RgbImage;
  readonly caption: string;
  /** Back to front; at least one. */
  readonly objects: readonly SceneObject[];
}

export interface DrawSceneOptions {
  /**
   * All 12 classes equally likely, instead of by their frequencies (20 to 1); other pictures altogether, not the same with other shapes.
   * @default false
   */
  readonly balanced?: boolean;
}

/**
 * Scene `index` of the world `seed`: a pure function of its arguments, the same on every machine. Definition: SHAPES_WORLD sections 1 to 6.
 * The pictures are 64..192 pixels a side. Layout, noise and caption have a random stream each.
 *
 * Throws a RangeError when seed or index is not a safe integer from 0 up.
 */
export function drawScene(seed: number, index: number, { balanced = false }: DrawSceneOptions = {}): ShapesScene {
  for (const [name, value] of Object.entries({ seed, index })) {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`drawScene: \`${name}\` must be an integer from 0 up, got ${value}`);
  }
  const layout = sceneLayout(seed, index, balanced);
  const boxes = modalBoxes(layout);
  const objects = layout.objects.map(({ shape, colour, size }, i): SceneObject => ({ shape: shape.name, colour, size, box: boxes[i]! }));
  return {
    image: drawLayout(layout, counterRandom('shapesWorld', seed, index, 'noise')),
    caption: sceneCaption(counterRandom('shapesWorld', seed, index, 'caption'), objects),
    objects,
  };
}

function modalBoxes({ width, height, objects, owner }: Layout): [number, number, number, number][] {
  const boxes = objects.map((): [number, number, number, number] => [width, height, 0, 0]);
  for (let pixel = 0; pixel < owner.length; pixel++) {
    if (owner[pixel]! < 0) continue;
    const box = boxes[owner[pixel]!]!;
    const x = pixel % width;
    const y = (pixel - x) / width;
    if (x < box[0]) box[0] = x;
    if (y < box[1]) box[1] = y;
    if (x >= box[2]) box[2] = x + 1;
    if (y >= box[3]) box[3] = y + 1;
  }
  return boxes;
}
