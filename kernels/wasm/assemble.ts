/** Bytes of WebAssembly, nested as the expressions that they are. */
export type Code = readonly (number | Code)[];

export interface WasmFunction {
  readonly params: readonly (keyof typeof types)[];
  readonly locals: readonly (keyof typeof types)[];
  /** Gives nothing back. */
  readonly body: Code;
}

const types = { i32: 0x7f, f32: 0x7d, v128: 0x7b } as const;

/** An unsigned number in LEB128, as WebAssembly writes lengths and indices. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

/** An instruction behind its operands. */
const instruction = (...opcode: readonly number[]) => (...operands: readonly Code[]): Code => [operands, opcode];
const simd = (opcode: number, ...immediates: readonly number[]) => instruction(0xfd, ...unsigned(opcode), ...immediates);
/** Alignment and offset of a load or store: 4 bytes, 0. */
const address = [2, 0] as const;

/** What our functions are made of, by the names of the WebAssembly specification (core 2.0). */
export const wasm = {
  get: (local: number): Code => [0x20, local],
  set: (local: number, value: Code): Code => [value, 0x21, local],
  /** 0 to 63. */
  small: (value: number): Code => [0x41, value],
  add: instruction(0x6a),
  less: instruction(0x49),
  load: instruction(0x28, ...address),
  /** Again and again while the condition holds, at least once. */
  doWhile: (condition: Code, body: Code): Code => [0x03, 0x40, body, condition, 0x0d, 0, 0x0b],
  loadFour: simd(0x00, ...address),
  loadSplat: simd(0x09, ...address),
  storeFour: simd(0x0b, ...address),
  zero: simd(0x0c, ...Array.from({ length: 16 }, () => 0))(),
  splat: simd(0x13),
  plus: simd(0xe4),
  minus: simd(0xe5),
  times: simd(0xe6),
  loadFourBytes: simd(0x5c, 0, 0),
  storeFourBytes: (to: Code, value: Code): Code => simd(0x5a, 0, 0, 0)(to, value),
  bytesToShorts: simd(0x89),
  shortsToInts: simd(0xa9),
  intsToFloats: simd(0xfa),
  floatsToInts: simd(0xf8),
  intsToShorts: simd(0x85),
  shortsToBytes: simd(0x66),
} as const;

/** A module that exports these functions by their names, and one page of `memory`. */
export function assemble(functions: Readonly<Record<string, WasmFunction>>): Uint8Array {
  const list = Object.values(functions);
  const sized = (bytes: readonly number[]): number[] => [...unsigned(bytes.length), ...bytes];
  const section = (id: number, parts: readonly (readonly number[])[]): number[] => [id, ...sized([...unsigned(parts.length), ...parts.flat()])];
  const named = (name: string, kind: number, index: number): number[] => [...sized([...new TextEncoder().encode(name)]), kind, ...unsigned(index)];
  return Uint8Array.from([
    0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, list.map(({ params }) => [0x60, ...sized(params.map((type) => types[type])), 0])),
    ...section(3, list.map((_, index) => unsigned(index))),
    ...section(5, [[0, 1]]),
    ...section(7, [named('memory', 2, 0), ...Object.keys(functions).map((name, index) => named(name, 0, index))]),
    ...section(10, list.map(({ locals, body }) => sized([...unsigned(locals.length), ...locals.flatMap((type) => [1, types[type]]), ...((body as unknown[]).flat(Infinity) as number[]), 0x0b]))),
  ]);
}
