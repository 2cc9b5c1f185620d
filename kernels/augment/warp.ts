import type { RgbImage } from '../rgbImage.js';

/** Where the pixel (x, y) of the output comes from: (a x + b y + c, d x + e y + f). */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/**
 * Every pixel taken from the nearest one of its place in the input, halves away from zero; `fill` where that is outside. As TensorFlow's
 * ImageProjectiveTransformV3: places count from the middle of the first pixel, in float32.
 */
export function warpNearest({ width, height, data }: RgbImage, [a, b, c, d, e, g]: Affine, fill: number): RgbImage {
  const f = Math.fround;
  const out = new Uint8Array(data.length).fill(fill);
  const [alongX, alongY] = [Float32Array.from({ length: width }, (_, x) => f(a) * x), Float32Array.from({ length: width }, (_, x) => f(d) * x)];
  const [moveX, moveY] = [f(c), f(g)];
  for (let y = 0, to = 0; y < height; y += 1) {
    const downX = f(f(b) * y);
    const downY = f(f(e) * y);
    for (let x = 0; x < width; x += 1, to += 3) {
      const fromX = f(f(alongX[x]! + downX) + moveX);
      const fromY = f(f(alongY[x]! + downY) + moveY);
      // In this range rounding halves up is rounding them away from zero.
      if (!(fromX > -0.5 && fromY > -0.5 && fromX < width - 0.5 && fromY < height - 0.5)) continue;
      const from = 3 * (Math.floor(fromY + 0.5) * width + Math.floor(fromX + 0.5));
      out[to] = data[from]!;
      out[to + 1] = data[from + 1]!;
      out[to + 2] = data[from + 2]!;
    }
  }
  return { width, height, data: out };
}

/**
 * Every pixel mixed of the four around its place in the input, cut off; `fill` where that is outside, and at the edge the outermost pixels go on. As Pillow's
 * `transform(AFFINE, BILINEAR)`: places count from the corner of the first pixel, in double precision.
 */
export function warpBilinear({ width, height, data }: RgbImage, [a, b, c, d, e, f]: Affine, fill: number): RgbImage {
  const out = new Uint8Array(data.length).fill(fill);
  for (let y = 0, to = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, to += 3) {
      const fromX = a * (x + 0.5) + b * (y + 0.5) + c;
      const fromY = d * (x + 0.5) + e * (y + 0.5) + f;
      if (!(fromX >= 0 && fromY >= 0 && fromX < width && fromY < height)) continue;
      const left = Math.floor(fromX - 0.5);
      const top = Math.floor(fromY - 0.5);
      const along = fromX - 0.5 - left;
      const down = fromY - 0.5 - top;
      const upper = 3 * (Math.max(top, 0) * width + Math.max(left, 0));
      const right = left >= 0 && left < width - 1 ? 3 : 0;
      const below = top >= 0 && top < height - 1 ? 3 * width : 0;
      for (let at = upper; at < upper + 3; at += 1) {
        const start = data[at]!;
        const end = data[at + below]!;
        const above = start + (data[at + right]! - start) * along;
        out[to + at - upper] = above + (end + (data[at + below + right]! - end) * along - above) * down;
      }
    }
  }
  return { width, height, data: out };
}

/** Rotation about the middle, counter-clockwise, for `warpNearest`: TensorFlow Addons' `angles_to_projective_transforms`, in float32. */
export function rotationFromMiddles({ width, height }: Pick<RgbImage, 'width' | 'height'>, degrees: number): Affine {
  const f = Math.fround;
  const angle = f(f(degrees) * f(Math.PI / 180));
  const [cosine, sine] = [f(Math.cos(angle)), f(Math.sin(angle))];
  const [right, bottom] = [width - 1, height - 1];
  const moveX = f(f(right - f(f(cosine * right) - f(sine * bottom))) / 2);
  const moveY = f(f(bottom - f(f(sine * right) + f(cosine * bottom))) / 2);
  return [cosine, -sine, moveX, sine, cosine, moveY];
}

/** Rotation about the middle, counter-clockwise, for `warpBilinear`: Pillow's `rotate`. */
export function rotationFromCorners({ width, height }: Pick<RgbImage, 'width' | 'height'>, degrees: number): Affine {
  const angle = (degrees * Math.PI) / 180;
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const [x, y] = [width / 2, height / 2];
  return [cosine, -sine, x - cosine * x + sine * y, sine, cosine, y - sine * x - cosine * y];
}
