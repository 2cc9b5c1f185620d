import type { Random } from './random.js';

/** `count` of the places 0 .. `of` - 1 without replacement, all subsets equally likely, in rising order. @throws RangeError unless 0 <= count <= of */
export function drawSubset(random: Random, count: number, of: number): Int32Array {
  if (!(count >= 0 && count <= of)) throw new RangeError(`drawSubset: cannot take ${count} of ${of}`);
  const places = Int32Array.from({ length: of }, (_, place) => place);
  for (let i = 0; i < count; i += 1) {
    const j = random.integer(i, of - 1);
    const taken = places[j] as number;
    places[j] = places[i] as number;
    places[i] = taken;
  }
  return places.subarray(0, count).toSorted();
}
