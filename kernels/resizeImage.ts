import { resizeSpans, type ResizeMethod, type Spans } from './resizeSpans.js';
import { float32Rows } from './wasm/float32Rows.js';
import { rowRoom, type RowRoom } from './wasm/rowRoom.js';

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

/** Makes a row of float32 values at an address. */
type RowMaker = (row: number, at: number) => void;

/**
 * Resize a picture as `tf.image.resize` of TensorFlow 2 does: half-pixel centres, float32 arithmetic in its order. Bytes give bytes: clipped to 0..255
 * and **cut off, not rounded** (specs/vision-language.md 1.2, big_vision `resize`); floats give floats. With the size unchanged the picture is returned
 * as it is. Memory beside the output: as many rows of float32 as the filter is tall.
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
  const room = rowRoom();
  const makeRow = rowsOf(image, x, y, channels, method, antialias, room);
  return { width, height, data: collect(makeRow, width * channels, height, room, image.data) };
}

function rowsOf(image: PixelArray, x: Spans, y: Spans, channels: number, method: ResizeMethod, antialias: boolean, room: RowRoom): RowMaker {
  if (method === 'bilinear' && !antialias) return interpolate(image, x, y, channels, room);
  if (method === 'area' || (method === 'bicubic' && !antialias)) return sumColumnsFirst(image, x, y, channels, method, room);
  return sumRowsFirst(image, x, y, channels, room);
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

/** The rows one after the other, as bytes for bytes. */
function collect<D extends Uint8Array | Float32Array>(makeRow: RowMaker, length: number, rows: number, room: RowRoom, like: D): D {
  const [row, cut] = [room.row(length), room.row(length)];
  const [floats, bytes] = [room.floats(), room.bytes()];
  const out = like instanceof Uint8Array ? new Uint8Array(length * rows) : new Float32Array(length * rows);
  for (let i = 0; i < rows; i += 1) {
    makeRow(i, row);
    if (out instanceof Uint8Array) {
      float32Rows.toBytes(cut, row, length);
      out.set(bytes.subarray(cut, cut + length), i * length);
    } else out.set(floats.subarray(row / 4, row / 4 + length), i * length);
  }
  return out as D;
}

/** The input's rows as float32. */
function inputRows({ data, width }: PixelArray, channels: number, room: RowRoom): RowMaker {
  const length = width * channels;
  const packed = room.row(length);
  return (row, at) => {
    if (data instanceof Uint8Array) {
      room.bytes().set(data.subarray(row * length, (row + 1) * length), packed);
      float32Rows.fromBytes(at, packed, length);
    } else room.floats().set(data.subarray(row * length, (row + 1) * length), at / 4);
  };
}

/** Rows that are made once and kept while `most` neighbours may be needed together: where row n is. */
function keepRows(most: number, length: number, room: RowRoom, makeRow: RowMaker): (row: number) => number {
  const kept = Array.from({ length: most }, () => room.row(length));
  const which = new Int32Array(most).fill(-1);
  return (row) => {
    const slot = row % most;
    if (which[slot] !== row) makeRow(row, kept[slot]!);
    which[slot] = row;
    return kept[slot]!;
  };
}

/** Between left and right, then between above and below. */
function interpolate(image: PixelArray, x: Spans, y: Spans, channels: number, room: RowRoom): RowMaker {
  const [columns, pixel] = [x.first.length, 4 * channels];
  const input = room.row(image.width * channels);
  const readRow = inputRows(image, channels, room);
  const left = room.table(x.first.map((column) => column * pixel));
  const right = room.table(x.first.map((column, j) => (column + x.count[j]! - 1) * pixel));
  const shares = room.table(x.weights.filter((_, i) => i % 2 === 1));
  const alongRow = keepRows(2, columns * channels, room, (row, at) => {
    readRow(row, input);
    for (const c of fours(channels)) float32Rows.interpolateAlong(at + c, input + c, left, right, shares, 4 * columns, pixel);
  });
  return (row, at) => {
    const upper = alongRow(y.first[row]!);
    const lower = alongRow(y.first[row]! + y.count[row]! - 1);
    float32Rows.interpolateDown(at, upper, lower, y.weights[2 * row + 1]!, columns * pixel);
  };
}

/** Down the columns first, then along the rows, each sum in single precision, tap by tap. */
function sumRowsFirst(image: PixelArray, x: Spans, y: Spans, channels: number, room: RowRoom): RowMaker {
  const length = image.width * channels;
  const sums = room.row(length);
  const down = sumDown(y, keepRows(y.taps, length, room, inputRows(image, channels, room)), length, room);
  const along = sumAlong(x, channels, room);
  return (row, at) => {
    down(row, sums);
    along(sums, at);
  };
}

/** Along each row first, then down: the order of ResizeArea and ResizeBicubic. Area divides by the area in the end. */
function sumColumnsFirst(image: PixelArray, x: Spans, y: Spans, channels: number, method: ResizeMethod, room: RowRoom): RowMaker {
  const f = Math.fround;
  const [length, columns] = [x.first.length * channels, x.first.length];
  const input = room.row(image.width * channels);
  const readRow = inputRows(image, channels, room);
  const along = sumAlong(x, channels, room);
  const alongRow = keepRows(y.taps, length, room, (row, at) => {
    readRow(row, input);
    along(input, at);
  });
  const down = sumDown(y, alongRow, length, room);
  const shrink = method === 'area' ? f(1 / f(f(image.width / columns) * f(image.height / y.first.length))) : 1;
  return (row, at) => {
    down(row, at);
    if (shrink !== 1) float32Rows.scale(at, shrink, 4 * length);
  };
}

/** The weighted sum of the rows that an output row is made of. */
function sumDown({ first, count, weights, taps }: Spans, rowAt: (row: number) => number, length: number, room: RowRoom): RowMaker {
  const [table, places] = [room.table(weights), room.row(taps)];
  return (row, at) => {
    const rows = Array.from({ length: count[row]! }, (_, tap) => rowAt(first[row]! + tap));
    new Int32Array(room.bytes().buffer).set(rows, places / 4);
    float32Rows.sumDown(at, places, table + 4 * row * taps, 4 * rows.length, 4 * length);
  };
}

/** From a row to one with other columns. */
function sumAlong({ first, count, weights, taps }: Spans, channels: number, room: RowRoom): (from: number, at: number) => void {
  const pixel = 4 * channels;
  const [starts, ends, table] = [room.table(first.map((column) => column * pixel)), room.table(count.map((some) => 4 * some)), room.table(weights)];
  return (from, at) => {
    for (const c of fours(channels)) float32Rows.sumAlong(at + c, from + c, starts, ends, table, 4 * taps, 4 * first.length, pixel);
  };
}

/** Where the channels of a pixel begin, four at a time, the last first: what is written behind a pixel's end is then overwritten by its owner. */
function fours(channels: number): number[] {
  return Array.from({ length: Math.ceil(channels / 4) }, (_, i) => 16 * i).toReversed();
}
