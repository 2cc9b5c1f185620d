import type { RgbImage } from '../../kernels/rgbImage.js';

/**
 * OWLv2's `pred_boxes`, cx cy w h as shares of the padded square, as x0 y0 x1 y1 in pixels of the picture itself: the square's side is the
 * picture's longer side and its padding is at the bottom and right, so one factor serves x and y (specs/detection.md 4.5). Not clipped:
 * a box may reach into the padding. `boxes` is flat `[n, 4]`.
 */
export function boxesInPixels(boxes: ArrayLike<number>, image: Pick<RgbImage, 'width' | 'height'>): Float32Array {
  const side = Math.max(image.width, image.height);
  const pixels = new Float32Array(boxes.length);
  for (let i = 0; i < boxes.length; i += 4) {
    const halfWidth = boxes[i + 2]! / 2;
    const halfHeight = boxes[i + 3]! / 2;
    pixels[i] = (boxes[i]! - halfWidth) * side;
    pixels[i + 1] = (boxes[i + 1]! - halfHeight) * side;
    pixels[i + 2] = (boxes[i]! + halfWidth) * side;
    pixels[i + 3] = (boxes[i + 1]! + halfHeight) * side;
  }
  return pixels;
}

/**
 * Logits per query from logits per text: the mean over each query's templates, whose columns follow each other. `logits` is flat
 * `[count, columns]`, where columns beyond the queries' own are padding; returns `[count, templates.length]`.
 */
export function meanOverTemplates(logits: ArrayLike<number>, count: number, columns: number, templates: readonly number[]): Float32Array {
  const mean = new Float32Array(count * templates.length);
  for (let box = 0; box < count; box += 1) {
    let column = box * columns;
    templates.forEach((texts, query) => {
      let sum = 0;
      for (let k = 0; k < texts; k += 1) sum += logits[column + k]!;
      mean[box * templates.length + query] = sum / texts;
      column += texts;
    });
  }
  return mean;
}
