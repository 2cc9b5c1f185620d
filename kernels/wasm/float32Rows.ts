import { assemble, wasm, type Code, type WasmFunction } from './assemble.js';

/*
 * Arithmetic on rows of float32, four at a time. JavaScript has float32 arithmetic only as doubles rounded after each step, about 1.5 ns a step;
 * WebAssembly has it as such, so it is five to ten times as fast and gives the same bits, on every machine.
 */

/** What the rows can do. Addresses and lengths are in bytes; up to 16 bytes behind the last value are read and written too. */
export interface Float32Rows {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  /** Bytes to float32. */
  fromBytes(to: number, from: number, length: number): void;
  /** Float32 to bytes: clipped to 0..255 and cut off. */
  toBytes(to: number, from: number, length: number): void;
  /** The sum of `count / 4` rows times their weights, one after the other from 0 on. `rows` and `weights` are where their addresses and weights stand. */
  sumDown(to: number, rows: number, weights: number, count: number, length: number): void;
  /** Of each pixel the sum of neighbours: `first` says where they begin, `end` how long their weights are; `stride` is from one pixel's weights to the next's. */
  sumAlong(to: number, line: number, first: number, end: number, weights: number, stride: number, columns: number, pixel: number): void;
  /** `upper + (lower - upper) share`. */
  interpolateDown(to: number, upper: number, lower: number, share: number, length: number): void;
  /** Of each pixel `left + (right - left) share`. */
  interpolateAlong(to: number, line: number, left: number, right: number, shares: number, columns: number, pixel: number): void;
  /** Times one factor, in place. */
  scale(row: number, factor: number, length: number): void;
}

const { get, set, small, add, less, load, doWhile, loadFour, loadSplat, storeFour, zero, splat, plus, minus, times } = wasm;
const step = (local: number, by: Code): Code => set(local, add(get(local), by));
const i32 = (count: number): 'i32'[] => Array.from({ length: count }, () => 'i32');

/** A loop over the bytes of a row: `body` at each offset, which stands in the local `at`. */
const each = (at: number, length: number, bytes: number, body: Code): Code => [set(at, small(0)), doWhile(less(get(at), get(length)), [body, step(at, small(bytes))])];

function fromBytes(): WasmFunction {
  const [to, from, length] = [0, 1, 2];
  const value = wasm.intsToFloats(wasm.shortsToInts(wasm.bytesToShorts(wasm.loadFourBytes(get(from)))));
  const body = doWhile(less(get(from), get(length)), [storeFour(get(to), value), step(to, small(16)), step(from, small(4))]);
  return { params: i32(3), locals: [], body: [set(length, add(get(from), get(length))), body] };
}

function toBytes(): WasmFunction {
  const [to, from, length] = [0, 1, 2];
  const ints = wasm.floatsToInts(loadFour(get(from)));
  const bytes = wasm.shortsToBytes(wasm.intsToShorts(ints, zero), zero);
  const body = doWhile(less(get(to), get(length)), [wasm.storeFourBytes(get(to), bytes), step(to, small(4)), step(from, small(16))]);
  return { params: i32(3), locals: [], body: [set(length, add(get(to), get(length))), body] };
}

function sumDown(): WasmFunction {
  const [to, rows, weights, count, length, at, tap, sum] = [0, 1, 2, 3, 4, 5, 6, 7];
  const value = loadFour(add(load(add(get(rows), get(tap))), get(at)));
  const one = set(sum, plus(get(sum), times(loadSplat(add(get(weights), get(tap))), value)));
  const body = each(at, length, 16, [set(sum, zero), each(tap, count, 4, one), storeFour(add(get(to), get(at)), get(sum))]);
  return { params: i32(5), locals: ['i32', 'i32', 'v128'], body };
}

function sumAlong(): WasmFunction {
  const [to, line, first, end, weights, stride, columns, pixel, column, tap, stop, from, sum] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
  const one = [set(sum, plus(get(sum), times(loadSplat(get(tap)), loadFour(get(from))))), step(from, get(pixel)), step(tap, small(4))];
  const body = each(column, columns, 4, [
    set(sum, zero),
    set(from, add(get(line), load(add(get(first), get(column))))),
    set(tap, get(weights)),
    set(stop, add(get(weights), load(add(get(end), get(column))))),
    doWhile(less(get(tap), get(stop)), one),
    storeFour(get(to), get(sum)),
    step(to, get(pixel)),
    step(weights, get(stride)),
  ]);
  return { params: i32(8), locals: ['i32', 'i32', 'i32', 'i32', 'v128'], body };
}

function interpolateDown(): WasmFunction {
  const [to, upper, lower, share, length, at, from, wide] = [0, 1, 2, 3, 4, 5, 6, 7];
  const moved = plus(get(from), times(minus(loadFour(add(get(lower), get(at))), get(from)), get(wide)));
  const body = each(at, length, 16, [set(from, loadFour(add(get(upper), get(at)))), storeFour(add(get(to), get(at)), moved)]);
  return { params: ['i32', 'i32', 'i32', 'f32', 'i32'], locals: ['i32', 'v128', 'v128'], body: [set(wide, splat(get(share))), body] };
}

function interpolateAlong(): WasmFunction {
  const [to, line, left, right, shares, columns, pixel, column, from] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const neighbour = (side: number): Code => loadFour(add(get(line), load(add(get(side), get(column)))));
  const moved = plus(get(from), times(minus(neighbour(right), get(from)), loadSplat(add(get(shares), get(column)))));
  const body = each(column, columns, 4, [set(from, neighbour(left)), storeFour(get(to), moved), step(to, get(pixel))]);
  return { params: i32(7), locals: ['i32', 'v128'], body };
}

function scale(): WasmFunction {
  const [row, factor, length, at, wide] = [0, 1, 2, 3, 4];
  const body = each(at, length, 16, storeFour(add(get(row), get(at)), times(loadFour(add(get(row), get(at))), get(wide))));
  return { params: ['i32', 'f32', 'i32'], locals: ['i32', 'v128'], body: [set(wide, splat(get(factor))), body] };
}

/** Of the global WebAssembly what we use: the types of Node do not name it. */
declare const WebAssembly: { readonly Module: new (bytes: Uint8Array) => object; readonly Instance: new (module: object) => { readonly exports: unknown } };

/** The functions and their memory, made once in each thread. */
export const float32Rows: Float32Rows = new WebAssembly.Instance(
  new WebAssembly.Module(assemble({ fromBytes: fromBytes(), toBytes: toBytes(), sumDown: sumDown(), sumAlong: sumAlong(), interpolateDown: interpolateDown(), interpolateAlong: interpolateAlong(), scale: scale() })),
).exports as Float32Rows;
