export interface ValueRange {
  /** What `inMin` becomes. @default -1 */
  readonly min?: number;
  /** What `inMax` becomes. @default 1 */
  readonly max?: number;
  /** One for all channels, or one a channel. @default 0 */
  readonly inMin?: number | readonly number[];
  /** @default 255 */
  readonly inMax?: number | readonly number[];
  /** Cut what is outside `min` to `max`. @default false */
  readonly clip?: boolean;
}

/**
 * Interleaved values of `channels` channels, moved linearly from one range to another: `(x - inMin) / (inMax - inMin)`, then `min + t (max - min)`, in
 * float32 and in this order, as big_vision's `value_range` (specs/vision-language.md 1.2).
 *
 * @throws RangeError when a list has another length than `channels`
 */
export function valueRange(data: Uint8Array | Float32Array, channels: number, { min = -1, max = 1, inMin = 0, inMax = 255, clip = false }: ValueRange = {}): Float32Array {
  const f = Math.fround;
  const [low, high] = [inMin, inMax].map((side) => (typeof side === 'number' ? Array.from({ length: channels }, () => side) : side)) as [readonly number[], readonly number[]];
  if (low.length !== channels || high.length !== channels) throw new RangeError(`valueRange: ${channels} channels need as many values of inMin and inMax, got ${low.length} and ${high.length}`);
  const wide = low.map((value, channel) => f(f(high[channel] as number) - f(value)));
  const out = new Float32Array(data.length);
  for (let i = 0; i < data.length; i += 1) {
    const channel = i % channels;
    const share = f(f((data[i] as number) - f(low[channel] as number)) / (wide[channel] as number));
    const value = f(f(min) + f(share * f(max - min)));
    out[i] = clip ? Math.min(Math.max(value, min), max) : value;
  }
  return out;
}
