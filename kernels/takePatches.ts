import type { Patches } from './patches.js';

/** The patches at these places, in this order; each keeps its row, column and the grid. */
export function takePatches({ width, data, rows, columns, grid }: Patches, places: ArrayLike<number>): Patches {
  const count = places.length;
  const out = data instanceof Uint8Array ? new Uint8Array(count * width) : new Float32Array(count * width);
  const [keptRows, keptColumns] = [new Int32Array(count), new Int32Array(count)];
  for (let to = 0; to < count; to += 1) {
    const from = places[to] as number;
    out.set(data.subarray(from * width, (from + 1) * width), to * width);
    keptRows[to] = rows[from] as number;
    keptColumns[to] = columns[from] as number;
  }
  return { count, width, data: out, rows: keptRows, columns: keptColumns, grid };
}
