import { parseLocTokens, type Yxyx } from './locTokens.js';

/** Codewords of the mask code book, and how many make a mask: 4 x 4, row by row. */
const CODES = 128;
const PER_MASK = 16;

/** The pieces of PaliGemma's mask code in the order of their ids, which come after `locPieces`. */
export const segPieces: readonly string[] = Array.from({ length: CODES }, (_, code) => piece(code));

/**
 * A mask's 16 codewords as text (specs/vision-language.md 1.5). The codewords themselves are made by a VQ-VAE, which is not here.
 *
 * @throws RangeError unless there are 16 integers from 0 to 127
 */
export function segTokens(codes: ArrayLike<number>): string {
  if (codes.length !== PER_MASK) throw new RangeError(`a mask has ${PER_MASK} codes, got ${codes.length}`);
  return Array.from(codes, (code) => {
    if (!Number.isInteger(code) || code < 0 || code >= CODES) throw new RangeError(`a mask's code must be an integer from 0 to ${CODES - 1}, got ${code}`);
    return piece(code);
  }).join('');
}

/** A box and the codes of the mask inside it. */
export interface SegmentedBox {
  readonly box: Yxyx;
  readonly codes: Uint8Array;
}

/**
 * What a text of 4 `<locNNNN>` and 16 `<segNNN>` says; undefined where it is no valid prediction by the reference's rule: fewer than 20 pieces in this order,
 * a number out of range, or a box without a height or a width.
 */
export function parseSegTokens(text: string): SegmentedBox | undefined {
  const found = /(?:<loc\d{4}>){4}((?:<seg\d{3}>){16})/.exec(text);
  const box = found === null ? undefined : parseLocTokens(found[0]);
  if (found === null || box === undefined || box[2] <= box[0] || box[3] <= box[1]) return undefined;
  const codes = [...found[1]!.matchAll(/\d{3}/g)].map(([code]) => Number(code));
  return codes.some((code) => code >= CODES) ? undefined : { box, codes: Uint8Array.from(codes) };
}

function piece(code: number): string {
  return `<seg${String(code).padStart(3, '0')}>`;
}
