/** Floats as bytes: the smallest number is black, the largest white. */
export function stretched(data: Float32Array): Uint8Array {
  const finite = data.filter(Number.isFinite);
  const [low, high] = finite.reduce<readonly [number, number]>(([least, most], number) => [Math.min(least, number), Math.max(most, number)], [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  return Uint8Array.from(data, (number) => Math.round(((number - low) / (high - low || 1)) * 255));
}
