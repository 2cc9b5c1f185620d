/** `[length, length]` of 0 and 1: a token attends to the tokens of its own example, and padding to nothing (NaViT, arXiv 2307.06304 section 2.1). */
export function attentionMask(segmentIds: Int32Array): Uint8Array {
  const { length } = segmentIds;
  return Uint8Array.from({ length: length * length }, (_, at) => {
    const id = segmentIds[Math.floor(at / length)];
    return id !== 0 && id === segmentIds[at % length] ? 1 : 0;
  });
}

/** `[examples, length]` of 0 and 1: which tokens are pooled into each example; a row of zeros for a place without one. */
export function poolingMask(segmentIds: Int32Array, examples: number): Uint8Array {
  const { length } = segmentIds;
  return Uint8Array.from({ length: examples * length }, (_, at) => (segmentIds[at % length] === Math.floor(at / length) + 1 ? 1 : 0));
}
