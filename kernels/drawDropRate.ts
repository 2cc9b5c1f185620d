import { drawBeta } from './drawBeta.js';
import type { Random } from './random.js';

/** How large a share of a picture's tokens is dropped, as plain JSON. The four of NaViT (arXiv 2307.06304 section 2.2; specs/vision-language.md 2.1). */
export type DropRate = FixedRate | BetaRate | ResolutionRate | ScheduledRate;

interface FixedRate {
  readonly kind: 'fixed';
  readonly rate: number;
}

interface BetaRate {
  readonly kind: 'beta';
  readonly mean: number;
  readonly max: number;
}

interface ResolutionRate {
  readonly kind: 'byResolution';
  readonly rates: readonly [atFewest: number, atMost: number];
  readonly tokens: readonly [fewest: number, most: number];
  readonly std: number;
}

interface ScheduledRate {
  readonly kind: 'scheduled';
  readonly min: number;
  readonly max: number;
  readonly mu: number;
  readonly tau: number;
  readonly imagesPerEpoch: number;
}

/** The same share of every picture. */
export function fixed(rate: number): DropRate {
  checkShare('fixed', 'rate', rate, 0, 1);
  return { kind: 'fixed', rate };
}

/** A share of each picture: `max` times a Beta draw with mean u = mean / max and variance 0.3 u (1 - u). */
export function beta({ mean, max }: { readonly mean: number; readonly max: number }): DropRate {
  checkShare('beta', 'max', max, 0, 1);
  if (!(mean > 0 && mean < max)) throw new RangeError(`beta: \`mean\` must be a number between 0 and \`max\` ${max}, got ${mean}`);
  return { kind: 'beta', mean, max };
}

/**
 * More of large pictures: normal about a mean that is linear in the number of tokens, from `rates[0]` at `tokens[0]` to `rates[1]` at `tokens[1]` and level outside, cut
 * off at two deviations.
 *
 * @param std @default 0.02, the paper's
 */
export function byResolution({ rates, tokens, std = 0.02 }: { readonly rates: readonly [number, number]; readonly tokens: readonly [number, number]; readonly std?: number }): DropRate {
  for (const rate of rates) checkShare('byResolution', 'rates', rate, 0, 1);
  if (!(tokens[0] >= 1 && tokens[1] > tokens[0])) throw new RangeError(`byResolution: \`tokens\` must be two numbers from 1 up, the second larger, got ${tokens.join()}`);
  checkShare('byResolution', 'std', std, 0, 1);
  return { kind: 'byResolution', rates, tokens, std };
}

/**
 * A share that changes with n, the images seen: min + (max - min) sigmoid((n - mu) / tau); a `tau` below 0 makes it fall, which the paper found best.
 *
 * No stage may count, so n is the images of the whole epochs before this one: the epoch, which every sample knows, times `imagesPerEpoch`. Within an epoch the share
 * stays; cut the input into smaller epochs for a finer schedule.
 *
 * @param min @default 0.2, with `max` 0.8 the paper's
 */
export function scheduled({ min = 0.2, max = 0.8, mu, tau, imagesPerEpoch }: { readonly min?: number; readonly max?: number; readonly mu: number; readonly tau: number; readonly imagesPerEpoch: number }): DropRate {
  checkShare('scheduled', 'max', max, 0, 1);
  checkShare('scheduled', 'min', min, 0, max);
  if (!Number.isFinite(mu)) throw new RangeError(`scheduled: \`mu\` must be a number of images, got ${mu}`);
  if (!(Number.isFinite(tau) && tau !== 0)) throw new RangeError(`scheduled: \`tau\` must be a number of images other than 0, got ${tau}`);
  if (!(imagesPerEpoch >= 1)) throw new RangeError(`scheduled: \`imagesPerEpoch\` must be a number from 1 up, got ${imagesPerEpoch}`);
  return { kind: 'scheduled', min, max, mu, tau, imagesPerEpoch };
}

/** The parameters of a `beta` rate's draw. */
export function betaParameters({ mean, max }: { readonly mean: number; readonly max: number }): { readonly alpha: number; readonly beta: number } {
  const u = mean / max;
  // var = 0.3 u (1 - u) means alpha + beta = 1 / 0.3 - 1.
  const concentration = 7 / 3;
  return { alpha: u * concentration, beta: (1 - u) * concentration };
}

/** The mean of a `byResolution` rate for a picture of so many tokens. */
export function meanByResolution({ rates: [low, high], tokens: [fewest, most] }: Pick<ResolutionRate, 'rates' | 'tokens'>, tokens: number): number {
  const share = Math.min(Math.max((tokens - fewest) / (most - fewest), 0), 1);
  return low + share * (high - low);
}

/** A `scheduled` rate after `seen` images. */
export function scheduledRate({ min, max, mu, tau }: Pick<ScheduledRate, 'min' | 'max' | 'mu' | 'tau'>, seen: number): number {
  return min + (max - min) / (1 + Math.exp(-(seen - mu) / tau));
}

/** The share of a picture of `tokens` tokens in this epoch, from 0, that is dropped: 0 to 1. */
export function drawDropRate(random: Random, rate: DropRate, { tokens, epoch }: { readonly tokens: number; readonly epoch: number }): number {
  if (rate.kind === 'fixed') return rate.rate;
  if (rate.kind === 'scheduled') return scheduledRate(rate, epoch * rate.imagesPerEpoch);
  if (rate.kind === 'beta') {
    const parameters = betaParameters(rate);
    return rate.max * drawBeta(random, parameters.alpha, parameters.beta);
  }
  for (;;) {
    const off = random.normal();
    if (Math.abs(off) <= 2) return Math.min(Math.max(meanByResolution(rate, tokens) + off * rate.std, 0), 1);
  }
}

/** Tokens of a picture that stay: rounded, and one at least. */
export function keptTokens(tokens: number, rate: number): number {
  return Math.max(1, Math.round(tokens * (1 - rate)));
}

function checkShare(where: string, name: string, value: number, min: number, max: number): void {
  if (!(value >= min && value <= max)) throw new RangeError(`${where}: \`${name}\` must be a number from ${min} to ${max}, got ${value}`);
}
