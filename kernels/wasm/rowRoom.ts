import { float32Rows } from './float32Rows.js';

/** Room in the memory of `float32Rows`, handed out from its beginning: a kernel asks for all that it needs, and keeps nothing when it ends. */
export interface RowRoom {
  /** Address of a row of so many float32 (or bytes, which need less), each followed by what the functions may read and write beyond it. */
  row(values: number): number;
  /** Address of a copy of a table. */
  table(values: Int32Array | Float32Array): number;
  /** The memory, to read and write rows. What was taken before is out of date once more room has been asked for. */
  floats(): Float32Array;
  bytes(): Uint8Array;
}

const PAGE = 65_536;
const BEYOND = 16;

export function rowRoom(): RowRoom {
  const { memory } = float32Rows;
  let end = 0;
  const take = (bytes: number): number => {
    const at = end;
    end = (at + bytes + BEYOND + 15) & ~15;
    if (end > memory.buffer.byteLength) memory.grow(Math.ceil((end - memory.buffer.byteLength) / PAGE));
    return at;
  };
  return {
    row: (values) => take(4 * values),
    table: (values) => {
      const at = take(values.byteLength);
      new Uint8Array(memory.buffer, at).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
      return at;
    },
    floats: () => new Float32Array(memory.buffer),
    bytes: () => new Uint8Array(memory.buffer),
  };
}
