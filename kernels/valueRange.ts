export interface ValueRange {
  /** What `inMin` becomes. @default -1 */
  readonly min?: number;
  /** What `inMax` becomes. @default 1 */
  readonly max?: number;
  /** One for all channels, or one a channel. @default 0 */
  readonly inMin?: number | readonly number[];
  /** @default 255 */
  readonly inMax?: number | readonly number[];
  /** How far `inMax` is from `inMin`, said instead of it: with the mean as `inMin`, the standard deviation. */
  readonly inWidth?: number | readonly number[];
  /** Cut what is outside `min` to `max`. @default false */
  readonly clip?: boolean;
}

/**
 * Interleaved values of `channels` channels, moved linearly from one range to another: `(x - inMin) / (inMax - inMin)`, then `min + t (max - min)`, in
 * float32 and in this order, as big_vision's `value_range` (specs/vision-language.md 1.2).
 *
 * @throws RangeError when a list has another length than `channels`
 */
export function valueRange(data: Uint8Array | Float32Array, channels: number, { min = -1, max = 1, inMin = 0, inMax = 255, inWidth, clip = false }: ValueRange = {}): Float32Array {
  const f = Math.fround;
  const each = (side: number | readonly number[]): readonly number[] => (typeof side === 'number' ? Array.from({ length: channels }, () => side) : side);
  const [low, high] = [each(inMin), each(inWidth ?? inMax)];
  if (low.length !== channels || high.length !== channels) throw new RangeError(`valueRange: ${channels} channels need as many values of inMin and ${inWidth === undefined ? 'inMax' : 'inWidth'}, got ${low.length} and ${high.length}`);
  const out = new Float32Array(data.length);
  const ranged = low.map((from, channel) => {
    const width = inWidth === undefined ? f(f(high[channel]!) - f(from)) : f(high[channel]!);
    return (value: number): number => {
      const moved = f(f(min) + f(f(f(value - f(from)) / width) * f(max - min)));
      return clip ? Math.min(Math.max(moved, min), max) : moved;
    };
  });
  if (data instanceof Uint8Array) {
    // Of bytes there are 256: each is worked out once.
    const tables = new Float32Array(256 * channels);
    for (let i = 0; i < tables.length; i += 1) tables[i] = ranged[i >> 8]!(i & 255);
    if (channels === 3) lookUpColors(data, tables, out);
    else for (let i = 0; i < data.length; i += 1) out[i] = tables[256 * (i % channels) + data[i]!]!;
  } else for (let i = 0; i < data.length; i += 1) out[i] = ranged[i % channels]!(data[i]!);
  return out;
}

function lookUpColors(data: Uint8Array, tables: Float32Array, out: Float32Array): void {
  for (let i = 0; i < data.length; i += 3) {
    out[i] = tables[data[i]!]!;
    out[i + 1] = tables[256 + data[i + 1]!]!;
    out[i + 2] = tables[512 + data[i + 2]!]!;
  }
}

/** big_vision's `vgg_value_range`: (x - mean) / deviation of ImageNet, for bytes; `valueRange(vggValueRange)`. */
export const vggValueRange: ValueRange = { min: 0, max: 1, inMin: [123.675, 116.28, 103.53], inWidth: [58.395, 57.12, 57.375] };

/** big_vision's `clip_value_range`: (x - mean) / deviation of CLIP's pictures, for bytes; `valueRange(clipValueRange)`. */
export const clipValueRange: ValueRange = {
  min: 0,
  max: 1,
  inMin: [255 * 0.48145466, 255 * 0.4578275, 255 * 0.40821073],
  inWidth: [255 * 0.26862954, 255 * 0.26130258, 255 * 0.27577711],
};
