export interface OneHot {
  /** Number of classes. */
  readonly depth: number;
  /** Several labels: one row with all of them (multi-hot), or one row a label. @default true */
  readonly multi?: boolean;
  /** @default 1 */
  readonly on?: number;
  /** @default 0 */
  readonly off?: number;
}

/**
 * Class numbers as `[depth]` float32, or `[labels.length, depth]` where there are several and `multi` is false. A label outside `0..depth - 1`, and an
 * empty list, give `off` everywhere: as big_vision's `onehot` (specs/vision-language.md 1.2).
 */
export function oneHot(labels: number | readonly number[], { depth, multi = true, on = 1, off = 0 }: OneHot): Float32Array {
  const f = Math.fround;
  const list = typeof labels === 'number' ? [labels] : labels;
  const rows = typeof labels === 'number' || multi ? 1 : list.length;
  const out = new Float32Array(rows * depth).fill(off);
  // The reference scales a multi-hot row afterwards, which is one rounding more.
  const set = typeof labels !== 'number' && multi ? f(f(on - off) + f(off)) : on;
  for (const [place, label] of list.entries()) {
    if (Number.isInteger(label) && label >= 0 && label < depth) out[(rows === 1 ? 0 : place * depth) + label] = set;
  }
  return out;
}
