import type { Random } from '../random.js';

export interface SpanCorruption {
  /** The share of tokens that are taken out. */
  readonly noiseDensity: number;
  /** Tokens of a span that is taken out, on average. */
  readonly meanSpanLength: number;
}

/** How many tokens a text may have so that, corrupted, it fills `inputs` tokens, and how many its targets have then. */
export interface SpanCorruptionLengths {
  readonly tokens: number;
  readonly targets: number;
}

/**
 * T5's rule of lengths (arXiv 1910.10683): the longest text whose corrupted form, a sentinel for each span and an end token, fits into `inputs` tokens.
 *
 * ```ts
 * spanCorruptionLengths(512, { noiseDensity: 0.15, meanSpanLength: 3 }) // { tokens: 568, targets: 114 }
 * ```
 */
export function spanCorruptionLengths(inputs: number, rule: SpanCorruption): SpanCorruptionLengths {
  let tokens = inputs - 1;
  while (corruptedLengths(tokens + 1, rule).inputs <= inputs) tokens += 1;
  const { targets } = corruptedLengths(tokens, rule);
  // At half and half the targets must not be longer than the inputs.
  return rule.noiseDensity === 0.5 && targets > inputs ? { tokens: tokens - 1, targets: targets - 1 } : { tokens, targets };
}

function corruptedLengths(tokens: number, { noiseDensity, meanSpanLength }: SpanCorruption): { readonly inputs: number; readonly targets: number } {
  const noise = roundHalfEven(tokens * noiseDensity);
  const spans = roundHalfEven(noise / meanSpanLength);
  return { inputs: tokens - noise + spans + 1, targets: noise + spans + 1 };
}

/**
 * Which of `length` tokens (2 up) are noise: T5's random spans. Spans of kept and of noisy tokens alternate, kept ones first, so the last token is always
 * noise; their lengths are a random partition of round(length x density) noisy tokens, and of the others, into round(noise / mean) parts each.
 */
export function noiseMask(length: number, { noiseDensity, meanSpanLength }: SpanCorruption, random: Random): Uint8Array {
  const noise = Math.min(Math.max(roundHalfEven(length * noiseDensity), 1), length - 1);
  const kept = length - noise;
  const spans = Math.min(Math.max(roundHalfEven(noise / meanSpanLength), 1), noise, kept);
  const noisy = partition(noise, spans, random);
  const clean = partition(kept, spans, random);
  const mask = new Uint8Array(length);
  let at = 0;
  clean.forEach((span, nth) => {
    at += span;
    mask.fill(1, at, (at += noisy[nth]!));
  });
  return mask;
}

/** `items` in `parts` non-empty parts, all ways equally likely. */
function partition(items: number, parts: number, random: Random): number[] {
  const starts = random.shuffle(Array.from({ length: items - 1 }, (_, place) => (place < parts - 1 ? 1 : 0)));
  const sizes = [1];
  for (const start of starts) {
    if (start === 1) sizes.push(1);
    else sizes[sizes.length - 1]! += 1;
  }
  return sizes;
}

/** The tokens where the mask is `kept`, and one sentinel for each span where it is not: sentinels count down from `firstSentinel`. */
export function replaceSpans(tokens: ArrayLike<number>, mask: Uint8Array, kept: 0 | 1, firstSentinel: number): number[] {
  const replaced: number[] = [];
  let spans = 0;
  for (let at = 0; at < tokens.length; at += 1) {
    if (mask[at] === kept) replaced.push(tokens[at]!);
    else if (at === 0 || mask[at - 1] === kept) replaced.push(firstSentinel - spans++);
  }
  return replaced;
}

function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const half = value - below;
  return half > 0.5 || (half === 0.5 && below % 2 !== 0) ? below + 1 : below;
}
