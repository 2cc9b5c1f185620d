import { resizeSpans, type ResizeMethod, type Spans } from './resizeSpans.js';

export type { ResizeMethod } from './resizeSpans.js';

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

/** Writes one row. What it writes are float32 values, kept as doubles because that is what the loops calculate with. */
type RowMaker = (row: number, into: Float64Array) => void;

const f = Math.fround;

/**
 * Resize a picture as `tf.image.resize` of TensorFlow 2 does: half-pixel centres, float32 arithmetic in its order. Bytes give bytes: clipped to 0..255
 * and **cut off, not rounded** (specs/vision-language.md 1.2, big_vision `resize`); floats give floats. With the size unchanged the picture is returned
 * as it is. Memory beside the output: as many rows of doubles as the filter is tall.
 *
 * @throws RangeError for an empty picture or size
 */
export function resizeImage<D extends Uint8Array | Float32Array>(image: PixelArray<D>, { width, height, method = 'bilinear', antialias = false }: ResizeOptions): PixelArray<D> {
  const channels = image.data.length / (image.width * image.height);
  if (!Number.isInteger(channels) || channels < 1) throw new RangeError(`resizeImage: ${image.data.length} values are no picture of ${image.width} x ${image.height}`);
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0)) throw new RangeError(`resizeImage: cannot make a picture of ${width} x ${height}`);
  if (width === image.width && height === image.height) return image;
  const [x, y] = [resizeSpans(image.width, width, method, antialias), resizeSpans(image.height, height, method, antialias)];
  if (method === 'nearest') return { width, height, data: pick(image, x, y, channels) };
  return { width, height, data: collect(rowsOf(image, x, y, channels, method, antialias), width * channels, height, image.data) };
}

function rowsOf(image: PixelArray, x: Spans, y: Spans, channels: number, method: ResizeMethod, antialias: boolean): RowMaker {
  if (method === 'bilinear' && !antialias) return interpolate(image, x, y, channels);
  if (method === 'area' || (method === 'bicubic' && !antialias)) return sumColumnsFirst(image, x, y, channels, method);
  return sumRowsFirst(image, x, y, channels);
}

/** Each output is one input. */
function pick<D extends Uint8Array | Float32Array>({ data, width }: PixelArray<D>, x: Spans, y: Spans, channels: number): D {
  const [columns, rows] = [x.first.length, y.first.length];
  const out = (data instanceof Uint8Array ? new Uint8Array(columns * rows * channels) : new Float32Array(columns * rows * channels)) as D;
  for (let i = 0, to = 0; i < rows; i += 1) {
    const row = y.first[i]! * width;
    for (let j = 0; j < columns; j += 1) {
      const from = (row + x.first[j]!) * channels;
      for (let c = 0; c < channels; c += 1, to += 1) out[to] = data[from + c]!;
    }
  }
  return out;
}

function collect<D extends Uint8Array | Float32Array>(makeRow: RowMaker, length: number, rows: number, like: D): D {
  const row = new Float64Array(length);
  const out = like instanceof Uint8Array ? new Uint8Array(length * rows) : new Float32Array(length * rows);
  for (let i = 0; i < rows; i += 1) {
    makeRow(i, row);
    if (out instanceof Uint8Array) writeBytes(row, out, i * length);
    else out.set(row, i * length);
  }
  return out as D;
}

/** A store into bytes cuts off what is behind the point. */
function writeBytes(row: Float64Array, out: Uint8Array, at: number): void {
  for (let k = 0; k < row.length; k += 1) {
    const value = row[k]!;
    out[at + k] = value < 0 ? 0 : value > 255 ? 255 : value;
  }
}

/** Rows that are made once and kept while `most` rows in a row may need them. */
function keepRows(most: number, length: number, makeRow: RowMaker): (row: number) => Float64Array {
  const kept = Array.from({ length: most }, () => new Float64Array(length));
  const which = new Int32Array(most).fill(-1);
  return (row) => {
    const slot = row % most;
    const values = kept[slot]!;
    if (which[slot] !== row) makeRow(row, values);
    which[slot] = row;
    return values;
  };
}

/** The input's rows: a copy converts many values at once, and the loops see one kind of array whatever the picture is made of. */
const inputRows = ({ data, width }: PixelArray, channels: number): RowMaker => (row, into) => into.set(data.subarray(row * width * channels, (row + 1) * width * channels));

/** Between left and right, then between above and below. */
function interpolate(image: PixelArray, x: Spans, y: Spans, channels: number): RowMaker {
  const input = new Float64Array(image.width * channels);
  const readRow = inputRows(image, channels);
  const left = Int32Array.from(x.first, (column) => column * channels);
  const right = Int32Array.from(left, (at, j) => (x.count[j] === 2 ? at + channels : at));
  const along = Float64Array.from({ length: left.length }, (_, j) => x.weights[2 * j + 1]!);
  const alongRow = keepRows(2, left.length * channels, (row, into) => {
    readRow(row, input);
    if (channels === 3) interpolateColors(input, left, right, along, into);
    else interpolateRow(input, left, right, along, channels, into);
  });
  return (row, into) => {
    const upper = alongRow(y.first[row]!);
    const lower = y.count[row] === 2 ? alongRow(y.first[row]! + 1) : upper;
    const down = y.weights[2 * row + 1]!;
    for (let k = 0; k < into.length; k += 1) into[k] = f(upper[k]! + f(f(lower[k]! - upper[k]!) * down));
  };
}

function interpolateRow(input: Float64Array, left: Int32Array, right: Int32Array, along: Float64Array, channels: number, into: Float64Array): void {
  for (let j = 0, to = 0; j < left.length; j += 1) {
    for (let c = 0; c < channels; c += 1, to += 1) {
      const value = input[left[j]! + c]!;
      into[to] = f(value + f(f(input[right[j]! + c]! - value) * along[j]!));
    }
  }
}

/** The same for three channels. */
function interpolateColors(input: Float64Array, left: Int32Array, right: Int32Array, along: Float64Array, into: Float64Array): void {
  for (let j = 0, to = 0; j < left.length; j += 1, to += 3) {
    const l = left[j]!;
    const r = right[j]!;
    const share = along[j]!;
    const red = input[l]!;
    const green = input[l + 1]!;
    const blue = input[l + 2]!;
    into[to] = f(red + f(f(input[r]! - red) * share));
    into[to + 1] = f(green + f(f(input[r + 1]! - green) * share));
    into[to + 2] = f(blue + f(f(input[r + 2]! - blue) * share));
  }
}

/** Down the columns first, then along the rows, each sum in single precision, tap by tap. */
function sumRowsFirst(image: PixelArray, x: Spans, y: Spans, channels: number): RowMaker {
  const length = image.width * channels;
  const inputRow = keepRows(y.taps, length, inputRows(image, channels));
  const sums = new Float64Array(length);
  return (row, into) => {
    sumDown(inputRow, y, row, sums);
    sumAlong(sums, x, channels, into);
  };
}

/** Along each row first, then down: the order of ResizeArea and ResizeBicubic. Area divides by the area in the end. */
function sumColumnsFirst(image: PixelArray, x: Spans, y: Spans, channels: number, method: ResizeMethod): RowMaker {
  const input = new Float64Array(image.width * channels);
  const readRow = inputRows(image, channels);
  const alongRow = keepRows(y.taps, x.first.length * channels, (row, into) => {
    readRow(row, input);
    sumAlong(input, x, channels, into);
  });
  const shrink = method === 'area' ? f(1 / f(f(image.width / x.first.length) * f(image.height / y.first.length))) : 1;
  return (row, into) => {
    sumDown(alongRow, y, row, into);
    if (shrink !== 1) for (let k = 0; k < into.length; k += 1) into[k] = f(into[k]! * shrink);
  };
}

/** Two rows in one pass: the sums stay in registers, added one after the other all the same. */
function sumDown(rowOf: (row: number) => Float64Array, { first, count, weights, taps }: Spans, row: number, sums: Float64Array): void {
  sums.fill(0);
  for (let tap = 0; tap < count[row]!; tap += 2) {
    const [at, weight] = [first[row]! + tap, row * taps + tap];
    if (tap + 1 < count[row]!) addTwoRows(sums, rowOf(at), weights[weight]!, rowOf(at + 1), weights[weight + 1]!);
    else addRow(sums, rowOf(at), weights[weight]!);
  }
}

function addRow(sums: Float64Array, row: Float64Array, weight: number): void {
  for (let k = 0; k < sums.length; k += 1) sums[k] = f(sums[k]! + f(weight * row[k]!));
}

function addTwoRows(sums: Float64Array, row: Float64Array, weight: number, row2: Float64Array, weight2: number): void {
  for (let k = 0; k < sums.length; k += 1) sums[k] = f(f(sums[k]! + f(weight * row[k]!)) + f(weight2 * row2[k]!));
}

function sumAlong(line: Float64Array, x: Spans, channels: number, into: Float64Array): void {
  if (channels === 3) return sumColors(line, x, into);
  for (let j = 0, to = 0; j < x.first.length; j += 1) {
    for (let c = 0; c < channels; c += 1, to += 1) {
      let sum = 0;
      for (let tap = 0; tap < x.count[j]!; tap += 1) sum = f(sum + f(x.weights[j * x.taps + tap]! * line[(x.first[j]! + tap) * channels + c]!));
      into[to] = sum;
    }
  }
}

/** The same for three channels. */
function sumColors(line: Float64Array, { first, count, weights, taps }: Spans, into: Float64Array): void {
  for (let j = 0, to = 0; j < first.length; j += 1, to += 3) {
    let red = 0;
    let green = 0;
    let blue = 0;
    const end = j * taps + count[j]!;
    for (let tap = j * taps, from = 3 * first[j]!; tap < end; tap += 1, from += 3) {
      const weight = weights[tap]!;
      red = f(red + f(weight * line[from]!));
      green = f(green + f(weight * line[from + 1]!));
      blue = f(blue + f(weight * line[from + 2]!));
    }
    into[to] = red;
    into[to + 1] = green;
    into[to + 2] = blue;
  }
}
