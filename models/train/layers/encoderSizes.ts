import type { EncoderSize } from './encoder.js';

/** Encoders by the names that the papers give them, as big_vision's `decode_variant` has them (ViT, arXiv 2010.11929; scaling ViTs, 2106.04560; SoViT, 2305.13035). */
export const encoderSizes = {
  mu: { width: 32, depth: 1, heads: 2, mlpWidth: 128 },
  Ti: { width: 192, depth: 12, heads: 3, mlpWidth: 768 },
  S: { width: 384, depth: 12, heads: 6, mlpWidth: 1536 },
  M: { width: 512, depth: 12, heads: 8, mlpWidth: 2048 },
  B: { width: 768, depth: 12, heads: 12, mlpWidth: 3072 },
  L: { width: 1024, depth: 24, heads: 16, mlpWidth: 4096 },
  So400m: { width: 1152, depth: 27, heads: 16, mlpWidth: 4304 },
} as const satisfies Readonly<Record<string, EncoderSize>>;

export type EncoderName = keyof typeof encoderSizes;
export const encoderNames = Object.keys(encoderSizes) as EncoderName[];
