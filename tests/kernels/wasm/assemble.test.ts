import test from 'ava';
import { assemble, wasm } from '../../../kernels/wasm/assemble.js';

declare const WebAssembly: {
  readonly validate: (bytes: Uint8Array) => boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: Readonly<Record<string, (...args: readonly number[]) => void>> & { readonly memory: { readonly buffer: ArrayBuffer } } };
};

test('a module of several functions that runs: a loop, loads, stores, more than 127 bytes of code', (t) => {
  const { get, set, add, small, less, doWhile, loadFour, storeFour, plus } = wasm;
  const double = [storeFour(get(0), plus(loadFour(get(0)), loadFour(get(0)))), set(0, add(get(0), small(16)))];
  const bytes = assemble({
    double: { params: ['i32', 'i32'], locals: [], body: doWhile(less(get(0), get(1)), double) },
    many: { params: ['i32'], locals: ['i32', 'v128'], body: Array.from({ length: 20 }, () => double) },
  });
  t.true(WebAssembly.validate(bytes));
  const { memory, double: doubled, many } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
  const floats = new Float32Array(memory.buffer);
  floats.set([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  doubled!(0, 32);
  t.deepEqual([...floats.subarray(0, 9)], [2, 4, 6, 8, 10, 12, 14, 16, 9]);
  many!(32);
  t.is(floats[8], 18);
});
