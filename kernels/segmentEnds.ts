/**
 * Where the segments of packed sequences end: `[sequences, slots, length]`, 1 at the last token of segment `slot + 1`, else 0. A segment above `slots`, or one
 * without tokens, has no end.
 *
 * @param segmentIds `[sequences, length]`, from 1; 0 is padding
 * @param out written over
 */
export function segmentEnds(segmentIds: Int32Array, length: number, slots: number, out: Float32Array): Float32Array {
  out.fill(0);
  for (let at = 0; at < segmentIds.length; at += 1) {
    const id = segmentIds[at] as number;
    const place = at % length;
    const last = place === length - 1 || segmentIds[at + 1] !== id;
    if (last && id >= 1 && id <= slots) out[((at - place) / length) * slots * length + (id - 1) * length + place] = 1;
  }
  return out;
}
