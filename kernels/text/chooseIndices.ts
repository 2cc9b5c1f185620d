import type { Random } from '../random.js';

/** `count` of the numbers 0 to `of` - 1, without replacement, all sets equally likely, in ascending order. Throws a RangeError where there are fewer. */
export function chooseIndices(count: number, of: number, random: Random): number[] {
  if (!(count >= 0 && count <= of)) throw new RangeError(`${count} of ${of} cannot be chosen`);
  return random
    .shuffle(Array.from({ length: of }, (_, index) => index))
    .slice(0, count)
    .toSorted((a, b) => a - b);
}
