/**
 * Best fit decreasing that looks one step further: each sequence begins with the longest example that is left and takes the longest that still fits, unless two shorter ones fill its
 * room to the last token and the longer of them is hardly shorter than the one it replaces (`capacity / 24`). Giving up more than that spends the short examples, which later
 * sequences need. For one feature; equal lengths keep their order.
 *
 * Of lengths as SQuAD's, most of them over a third of a sequence, windows of 1000 come out 98.0 % full, and 97.4 % with best fit alone (bench/packing).
 *
 * @param lengths of each example, none over `capacity`
 * @returns for each sequence the places of its examples
 */
export function exactFitDecreasing(lengths: readonly number[], capacity: number): number[][] {
  const places = placesByLength(lengths, capacity);
  const has = (length: number, count = 1): boolean => (places[length]?.length ?? 0) >= count;
  const longest = (most: number): number => {
    let length = most;
    while (length > 0 && !has(length)) length -= 1;
    return length;
  };
  const slack = Math.max(1, Math.floor(capacity / 24));
  const sequences: number[][] = [];
  for (let top = longest(capacity); top > 0; top = longest(top)) {
    const sequence: number[] = [];
    const take = (length: number): void => void sequence.push((places[length] as number[]).pop() as number);
    take(top);
    let room = capacity - top;
    for (let one = longest(Math.min(room, top)); one > 0; one = longest(Math.min(room, top))) {
      const first = one === room ? 0 : exactPair(room, one, Math.max(one - slack, Math.ceil(room / 2)), has);
      take(first === 0 ? one : first);
      if (first !== 0) take(room - first);
      room = first === 0 ? room - one : 0;
    }
    sequences.push(sequence);
  }
  // Examples without a token need no room.
  for (const place of (places[0] as number[]).toReversed()) (sequences[0] ??= []).push(place);
  return sequences;
}

/** The longer length, from `most` down to `least`, of two that fill the room together; 0 where there are none. */
function exactPair(room: number, most: number, least: number, has: (length: number, count?: number) => boolean): number {
  for (let length = most; length >= least; length -= 1) {
    const other = room - length;
    if (other > 0 && has(length) && has(other, length === other ? 2 : 1)) return length;
  }
  return 0;
}

/** Stacks of places, the first of each length on top. */
function placesByLength(lengths: readonly number[], capacity: number): number[][] {
  const places: number[][] = Array.from({ length: capacity + 1 }, () => []);
  for (let place = lengths.length - 1; place >= 0; place -= 1) places[lengths[place] as number]?.push(place);
  return places;
}
