/** Tokens in one row, and masks as long as it. */
export interface ConcatenatedTokens<M extends string> {
  readonly tokens: Int32Array;
  readonly masks: { readonly [K in M]: Uint8Array };
}

/**
 * Parts one after the other, and for each mask a row with the part's value at each of its tokens. big_vision's `masked_concat` (specs/vision-language.md 1.5).
 *
 * @param masks of each mask, its value (0 or 1) in each part
 */
export function concatTokens<M extends string>(parts: readonly ArrayLike<number>[], masks: { readonly [K in M]: readonly number[] }): ConcatenatedTokens<M> {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const tokens = new Int32Array(length);
  const rows = Object.entries<readonly number[]>(masks).map(([name, values]) => [name, values, new Uint8Array(length)] as const);
  let at = 0;
  parts.forEach((part, nth) => {
    for (let place = 0; place < part.length; place += 1) tokens[at + place] = part[place]!;
    for (const [, values, row] of rows) row.fill(values[nth]!, at, at + part.length);
    at += part.length;
  });
  return { tokens, masks: Object.fromEntries(rows.map(([name, , row]) => [name, row])) as { [K in M]: Uint8Array } };
}
