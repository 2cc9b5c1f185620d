/** Each sample with the one before it; the first with the last: a roll by one, as big_vision's mixup has it. */
export function partnersOf<S>(samples: readonly S[]): (readonly [sample: S, partner: S])[] {
  return samples.map((sample, place) => [sample, samples[(place + samples.length - 1) % samples.length] as S]);
}
