import { roundHalfEven } from './roundHalfEven.js';

/** How an output pixel is made of input pixels. */
export type ResizeMethod = 'bilinear' | 'bicubic' | 'area' | 'lanczos3' | 'lanczos5' | 'mitchellcubic' | 'gaussian' | 'nearest';

export interface ResizeOptions {
  readonly width: number;
  readonly height: number;
  /** @default 'bilinear' */
  readonly method?: ResizeMethod;
  /** Widen the filter when the picture gets smaller. `area` and `nearest` take no notice. @default false */
  readonly antialias?: boolean;
}

/** A picture of any number of channels, interleaved, row by row from the top left. */
export interface PixelArray<D extends Uint8Array | Float32Array = Uint8Array | Float32Array> {
  readonly width: number;
  readonly height: number;
  readonly data: D;
}

/** Which inputs each output sums, and with what weights: output o takes `taps` inputs from `first[o]` on, weights from `o * taps` on. */
interface Spans {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Float32Array;
  readonly taps: number;
}

const f = Math.fround;

/** Radius and value of a filter by the distance from its centre. */
const filters: Readonly<Record<string, readonly [radius: number, value: (x: number) => number]>> = {
  bilinear: [1, (x) => Math.max(0, f(1 - Math.abs(x)))],
  bicubic: [2, keysCubic],
  lanczos3: [3, (x) => lanczos(3, x)],
  lanczos5: [5, (x) => lanczos(5, x)],
  mitchellcubic: [2, mitchell],
  gaussian: [1.5, (x) => (Math.abs(x) >= 1.5 ? 0 : f(Math.exp((-x * x) / (2 * 0.5 * 0.5))))],
};

/**
 * Resize a picture as `tf.image.resize` of TensorFlow 2 does: half-pixel centres, float32 arithmetic in its order. Bytes give bytes: clipped to 0..255
 * and **cut off, not rounded** (specs/vision-language.md 1.2, big_vision `resize`); floats give floats. With the size unchanged the picture is returned
 * as it is.
 *
 * @throws RangeError for an empty picture or size
 */
export function resizeImage<D extends Uint8Array | Float32Array>(image: PixelArray<D>, { width, height, method = 'bilinear', antialias = false }: ResizeOptions): PixelArray<D> {
  const channels = image.data.length / (image.width * image.height);
  if (!Number.isInteger(channels) || channels < 1) throw new RangeError(`resizeImage: ${image.data.length} values are no picture of ${image.width} x ${image.height}`);
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0)) throw new RangeError(`resizeImage: cannot make a picture of ${width} x ${height}`);
  if (width === image.width && height === image.height) return image;
  const [x, y] = [spans(image.width, width, method, antialias), spans(image.height, height, method, antialias)];
  const out = method === 'bilinear' && !antialias ? interpolate(image, x, y, channels) : method === 'area' || (method === 'bicubic' && !antialias) ? sumColumnsFirst(image, x, y, channels, method) : sumRowsFirst(image, x, y, channels);
  return { width, height, data: (image.data instanceof Uint8Array ? bytesOf(out) : out) as D };
}

function bytesOf(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] as number;
    bytes[i] = value < 0 ? 0 : value > 255 ? 255 : value;
  }
  return bytes;
}

function spans(from: number, to: number, method: ResizeMethod, antialias: boolean): Spans {
  if (method === 'nearest') return nearestSpans(from, to);
  if (method === 'area') return areaSpans(from, to);
  if (method === 'bilinear' && !antialias) return bilinearSpans(from, to);
  if (method === 'bicubic' && !antialias) return tableCubicSpans(from, to);
  return filterSpans(from, to, method, antialias);
}

function emptySpans(to: number, taps: number): Spans {
  return { first: new Int32Array(to), count: new Int32Array(to), weights: new Float32Array(to * taps), taps };
}

function nearestSpans(from: number, to: number): Spans {
  const out = emptySpans(to, 1);
  const scale = f(from / to);
  for (let o = 0; o < to; o += 1) {
    out.first[o] = Math.min(Math.max(0, Math.floor(f((o + 0.5) * scale))), from - 1);
    out.count[o] = 1;
    out.weights[o] = 1;
  }
  return out;
}

/** Weights are [lower, share of upper]; `first` is lower, and upper the next one where `count` is 2. */
function bilinearSpans(from: number, to: number): Spans {
  const out = emptySpans(to, 2);
  const scale = f(from / to);
  for (let o = 0; o < to; o += 1) {
    const at = f(f(f(o + 0.5) * scale) - 0.5);
    const low = Math.floor(at);
    out.first[o] = Math.max(low, 0);
    out.count[o] = Math.min(Math.ceil(at), from - 1) > (out.first[o] as number) ? 2 : 1;
    out.weights[2 * o + 1] = f(at - low);
  }
  return out;
}

function interpolate({ data, width: stride }: PixelArray, x: Spans, y: Spans, channels: number): Float32Array {
  const columns = x.first.length;
  const rows = y.first.length;
  const out = new Float32Array(columns * rows * channels);
  let to = 0;
  for (let i = 0; i < rows; i += 1) {
    const top = (y.first[i] as number) * stride * channels;
    const below = (y.count[i] as number) === 2 ? stride * channels : 0;
    const down = y.weights[2 * i + 1] as number;
    for (let j = 0; j < columns; j += 1) {
      const at = top + (x.first[j] as number) * channels;
      const right = (x.count[j] as number) === 2 ? channels : 0;
      const along = x.weights[2 * j + 1] as number;
      for (let c = at; c < at + channels; c += 1) {
        const topLeft = data[c] as number;
        const bottomLeft = data[c + below] as number;
        const upper = f(topLeft + f(f((data[c + right] as number) - topLeft) * along));
        const lower = f(bottomLeft + f(f((data[c + below + right] as number) - bottomLeft) * along));
        out[to] = f(upper + f(f(lower - upper) * down));
        to += 1;
      }
    }
  }
  return out;
}

/** Each input's overlap with the output pixel, over the scale. */
function areaSpans(from: number, to: number): Spans {
  const scale = f(from / to);
  const out = emptySpans(to, Math.ceil(scale) + 2);
  for (let o = 0; o < to; o += 1) {
    const [start, end] = [f(o * scale), f((o + 1) * scale)];
    const first = Math.floor(start);
    const last = Math.ceil(end);
    out.first[o] = Math.min(first, from - 1);
    let tap = 0;
    for (let i = first; i < last; i += 1) {
      const share = i < start ? (i + 1 > end ? scale : f(i + 1 - start)) : i + 1 > end ? f(end - i) : 1;
      if (i < from) out.weights[o * out.taps + tap++] = share;
      else out.weights[o * out.taps + tap - 1] = f((out.weights[o * out.taps + tap - 1] as number) + share);
    }
    out.count[o] = tap;
  }
  return out;
}

const TABLE = 1024;

/** Keys' cubic with a = -0.5, its weights read from a table of 1024 places, those outside the picture left out and the rest scaled to 1. */
function tableCubicSpans(from: number, to: number): Spans {
  const out = emptySpans(to, 4);
  const scale = f(from / to);
  for (let o = 0; o < to; o += 1) {
    const at = f(f(f(o + 0.5) * scale) - 0.5);
    const low = Math.floor(at);
    const place = roundHalfEven(f(f(at - low) * TABLE));
    const near = place / TABLE;
    const raw = [cubicFar(f(near + 1)), cubicNear(near), cubicNear(f(1 - near)), cubicFar(f(2 - near))].map(f);
    const inside = raw.map((weight, tap) => (low - 1 + tap >= 0 && low - 1 + tap < from ? weight : 0));
    let total = 0;
    for (const weight of inside) total = f(total + weight);
    const scaleBy = Math.abs(total) >= 1000 * 1.1754944e-38 ? f(1 / total) : 1;
    let tap = 0;
    out.first[o] = Math.min(Math.max(low - 1, 0), from - 1);
    for (const [place4, weight] of inside.entries()) {
      if (low - 1 + place4 < 0 || low - 1 + place4 >= from) continue;
      out.weights[4 * o + tap++] = f(weight * scaleBy);
    }
    out.count[o] = tap;
  }
  return out;
}

const cubicNear = (x: number): number => f(f(f(f(1.5 * x) - 2.5) * x) * x + 1);
const cubicFar = (x: number): number => f(f(f(f(f(f(-0.5 * x) + 2.5) * x) - 4) * x) + 2);

function keysCubic(x: number): number {
  const ax = Math.abs(x);
  if (ax >= 2) return 0;
  return ax >= 1 ? cubicFar(ax) : cubicNear(ax);
}

function mitchell(x: number): number {
  const ax = Math.abs(x);
  if (ax >= 2) return 0;
  if (ax >= 1) return f(((-7 / 18 * ax + 2) * ax - 10 / 3) * ax + 16 / 9);
  return f(((7 / 6) * ax - 2) * ax * ax + 8 / 9);
}

function lanczos(radius: number, x: number): number {
  const ax = Math.abs(x);
  if (ax >= radius) return 0;
  if (ax <= 1e-3) return 1;
  // Single precision throughout, as the reference: at whole numbers the sine is not quite 0.
  const turn = f(f(Math.PI) * ax);
  const waves = f(f(radius * f(Math.sin(turn))) * f(Math.sin(f(turn / radius))));
  return f(waves / f(f(f(f(Math.PI) * f(Math.PI)) * ax) * ax));
}

/** TensorFlow's ScaleAndTranslate: a filter around each output's centre, scaled to 1. */
function filterSpans(from: number, to: number, method: ResizeMethod, antialias: boolean): Spans {
  const [radius, value] = filters[method] as (typeof filters)[string];
  const inverse = f(1 / f(to / from));
  const kernelScale = antialias ? Math.max(inverse, 1) : 1;
  const out = emptySpans(to, Math.min(from, 2 * Math.ceil(radius * kernelScale) + 2));
  for (let o = 0; o < to; o += 1) {
    const centre = f(f(o + 0.5) * inverse);
    const first = Math.max(0, Math.ceil(f(f(centre - f(radius * kernelScale)) - 0.5)));
    const end = Math.min(from - 1, Math.floor(f(f(centre + f(radius * kernelScale)) - 0.5))) + 1;
    let total = 0;
    for (let i = first; i < end; i += 1) {
      const weight = value(f(f(f(i + 0.5) - centre) / kernelScale));
      out.weights[o * out.taps + i - first] = weight;
      total = f(total + weight);
    }
    const scaleBy = Math.abs(total) >= 1000 * 1.1754944e-38 ? f(1 / total) : 1;
    for (let i = 0; i < end - first; i += 1) out.weights[o * out.taps + i] = f((out.weights[o * out.taps + i] as number) * scaleBy);
    out.first[o] = first;
    out.count[o] = end - first;
  }
  return out;
}

/** Down the columns first, then along the rows, each sum in single precision, tap by tap. */
function sumRowsFirst({ data, width }: PixelArray, x: Spans, y: Spans, channels: number): Float32Array {
  const [columns, rows] = [x.first.length, y.first.length];
  const line = new Float32Array(width * channels);
  const out = new Float32Array(columns * rows * channels);
  for (let i = 0; i < rows; i += 1) {
    line.fill(0);
    for (let tap = 0; tap < (y.count[i] as number); tap += 1) {
      const weight = y.weights[i * y.taps + tap] as number;
      const from = ((y.first[i] as number) + tap) * line.length;
      for (let k = 0; k < line.length; k += 1) line[k] = (line[k] as number) + f(weight * (data[from + k] as number));
    }
    sumAlong(line, x, channels, out, i * columns * channels);
  }
  return out;
}

function sumAlong(line: Float32Array, x: Spans, channels: number, out: Float32Array, to: number): void {
  for (let j = 0; j < x.first.length; j += 1) {
    const from = (x.first[j] as number) * channels;
    for (let c = 0; c < channels; c += 1, to += 1) {
      let sum = 0;
      for (let tap = 0; tap < (x.count[j] as number); tap += 1) sum = f(sum + f((x.weights[j * x.taps + tap] as number) * (line[from + tap * channels + c] as number)));
      out[to] = sum;
    }
  }
}

/** Along each row first, then down: the order of ResizeArea and ResizeBicubic. Area divides by the area in the end. */
function sumColumnsFirst({ data, width }: PixelArray, x: Spans, y: Spans, channels: number, method: ResizeMethod): Float32Array {
  const [columns, rows] = [x.first.length, y.first.length];
  const [input, line] = [new Float32Array(width * channels), new Float32Array(columns * channels)];
  const out = new Float32Array(columns * rows * channels);
  const shrink = method === 'area' ? f(1 / f(f(width / columns) * f(data.length / (width * channels) / rows))) : 1;
  for (let i = 0; i < rows; i += 1) {
    const to = i * line.length;
    for (let tap = 0; tap < (y.count[i] as number); tap += 1) {
      const from = ((y.first[i] as number) + tap) * input.length;
      for (let k = 0; k < input.length; k += 1) input[k] = data[from + k] as number;
      sumAlong(input, x, channels, line, 0);
      const weight = y.weights[i * y.taps + tap] as number;
      for (let k = 0; k < line.length; k += 1) out[to + k] = f((out[to + k] as number) + f(weight * (line[k] as number)));
    }
    if (shrink !== 1) for (let k = 0; k < line.length; k += 1) out[to + k] = f((out[to + k] as number) * shrink);
  }
  return out;
}
