export interface FitTokens {
  /** Tokens of the result. */
  readonly length: number;
  /** What fills a short text up. */
  readonly pad: number;
  /** Of a text that is too long, keep the last token (its end) at the last place. @default false: cut */
  readonly stickyEnd?: boolean;
}

/**
 * Exactly `length` tokens: a short text is padded at its end, a long one cut. big_vision's `tolen`, and the second half of its `tokenize` (specs/
 * vision-language.md 1.2, 1.5): with an end token appended before, `stickyEnd` is `eos="sticky"`.
 */
export function fitTokens(tokens: ArrayLike<number>, { length, pad, stickyEnd = false }: FitTokens): Int32Array {
  const fitted = new Int32Array(length);
  const kept = Math.min(tokens.length, length);
  for (let at = 0; at < kept; at += 1) fitted[at] = tokens[at]!;
  if (kept < length) fitted.fill(pad, kept);
  if (stickyEnd && tokens.length > length && length > 0) fitted[length - 1] = tokens[tokens.length - 1]!;
  return fitted;
}
