/** What recipes ask of a training, for tests that look at their data alone. */
export const TINY_TRAINING = { model: 'mu', rate: 1e-3, warmup: 1, totalSteps: 10, patch: 16, bias: -10, vocabulary: 256 } as const;
