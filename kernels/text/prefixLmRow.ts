import { concatTokens } from './concatTokens.js';
import { fitTokens } from './fitTokens.js';

/** A row of text for a prefix language model, and its masks; all of one length. */
export interface PrefixLmRow {
  readonly tokens: Int32Array;
  /** 0 on prefix and separator, 1 on suffix and padding. */
  readonly maskAr: Uint8Array;
  /** 1 on the suffix. */
  readonly maskLoss: Uint8Array;
  /** 1 on all but padding. */
  readonly maskInput: Uint8Array;
  /** Whether tokens were cut off, at the right. */
  readonly truncated: boolean;
}

/** Prefix, separator, suffix, padding up to `length`, or cut there (specs/vision-language.md 1.5). */
export function prefixLmRow(
  { prefix, separator, suffix }: { readonly prefix: ArrayLike<number>; readonly separator: ArrayLike<number>; readonly suffix: ArrayLike<number> },
  length: number,
  pad: number,
): PrefixLmRow {
  const { tokens, masks } = concatTokens([prefix, separator, suffix], { ar: [0, 0, 1], loss: [0, 0, 1], input: [1, 1, 1] });
  const row = (mask: Uint8Array, padding: number): Uint8Array => Uint8Array.from(fitTokens(mask, { length, pad: padding }));
  return {
    tokens: fitTokens(tokens, { length, pad }),
    maskAr: row(masks.ar, 1),
    maskLoss: row(masks.loss, 0),
    maskInput: row(masks.input, 0),
    truncated: tokens.length > length,
  };
}
