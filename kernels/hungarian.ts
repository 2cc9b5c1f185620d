/**
 * The cheapest assignment of rows to columns of a cost matrix `[rows, columns]`, each used at most once and as many as fit (Kuhn 1955; by shortest augmenting
 * paths, O(rows^2 x columns)). Returns for each row its column, or -1 where there are fewer columns than rows.
 *
 * @throws RangeError when the size does not fit or a cost is not finite
 */
export function hungarian(cost: ArrayLike<number>, rows: number, columns: number): Int32Array {
  if (cost.length !== rows * columns) throw new RangeError(`hungarian: ${rows} x ${columns} costs were announced, got ${cost.length}`);
  for (let i = 0; i < cost.length; i += 1) if (!Number.isFinite(cost[i])) throw new RangeError(`hungarian: cost ${i} is ${cost[i]}; costs must be finite`);
  if (rows > columns) return assign((column, row) => cost[row * columns + column]!, columns, rows);
  const assigned = new Int32Array(rows);
  assign((row, column) => cost[row * columns + column]!, rows, columns).forEach((row, column) => {
    if (row >= 0) assigned[row] = column;
  });
  return assigned;
}

/** For each of `many` the one of `few` that it serves, or -1; `few` <= `many`. */
function assign(cost: (few: number, many: number) => number, few: number, many: number): Int32Array {
  // Numbered from 1; 0 stands for "none": the row that is being placed hangs at column 0.
  const [rowPrice, columnPrice] = [new Float64Array(few + 1), new Float64Array(many + 1)];
  const serves = new Int32Array(many + 1);
  const cameFrom = new Int32Array(many + 1);
  for (let row = 1; row <= few; row += 1) {
    serves[0] = row;
    let at = 0;
    const least = new Float64Array(many + 1).fill(Number.POSITIVE_INFINITY);
    const reached = new Uint8Array(many + 1);
    do {
      reached[at] = 1;
      const here = serves[at]!;
      let step = Number.POSITIVE_INFINITY;
      let next = 0;
      for (let column = 1; column <= many; column += 1) {
        if (reached[column] === 1) continue;
        const reduced = cost(here - 1, column - 1) - rowPrice[here]! - columnPrice[column]!;
        if (reduced < least[column]!) {
          least[column] = reduced;
          cameFrom[column] = at;
        }
        if (least[column]! < step) [step, next] = [least[column]!, column];
      }
      for (let column = 0; column <= many; column += 1) {
        if (reached[column] === 1) {
          rowPrice[serves[column]!]! += step;
          columnPrice[column]! -= step;
        } else least[column]! -= step;
      }
      at = next;
    } while (serves[at] !== 0);
    // The path is free: every column on it takes the row of the one before.
    for (; at !== 0; at = cameFrom[at]!) serves[at] = serves[cameFrom[at]!]!;
  }
  return serves.subarray(1).map((row) => row - 1);
}
