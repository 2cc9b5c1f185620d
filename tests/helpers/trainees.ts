import { counterRandom } from '../../kernels/random.js';
import type { TowersOptions } from '../../models/train/towers.js';
import type { PackedPairSample } from '../../models/train/navit.js';
import type { PairSample } from '../../models/train/siglip.js';

/** Towers that a test can afford. */
export const tinyTowers = {
  out: 12,
  image: { width: 16, depth: 1, heads: 2, patchSize: 4, positions: { kind: 'factorised', rows: 4, columns: 4 }, pool: 'map' },
  text: { width: 16, depth: 1, heads: 2, vocabulary: 20, maxTokens: 5, pool: 'last' },
  bias: -3,
} as const satisfies TowersOptions;

/** Pictures of one of `kinds` patterns, with some noise, and a text that names the pattern: pairs that can be learned. */
export function pairSamples(count: number, seed = 0, { kinds = 8, side = 8 } = {}): PairSample[] {
  return Array.from({ length: count }, (_, index) => {
    const kind = index % kinds;
    const pattern = counterRandom(99, 'pattern', kind);
    const noise = counterRandom(seed, 'noise', index);
    const data = Float32Array.from({ length: side * side * 3 }, () => pattern.range(-1, 1) + 0.3 * noise.normal());
    return { pixels: { width: side, height: side, data }, tokens: Int32Array.from({ length: 5 }, (__, at) => (at < 2 ? 1 + ((kind * 3 + at) % 19) : 0)) };
  });
}

/** Pictures of these sides, in patches, and texts of these lengths, packed in order. */
export interface Example {
  readonly grid: readonly [number, number];
  /** `[rows x columns x values]` */
  readonly patches: Float32Array;
  readonly tokens: Int32Array;
}

export function pack(examples: readonly Example[], { length, textLength, maxExamples, values }: { readonly length: number; readonly textLength: number; readonly maxExamples: number; readonly values: number }): PackedPairSample {
  const empty = (size: number): Int32Array => new Int32Array(size);
  const patches = { data: new Float32Array(length * values), width: values, segmentIds: empty(length), rows: empty(length), columns: empty(length), fractionalRows: new Float32Array(length), fractionalColumns: new Float32Array(length) };
  const tokens = { data: empty(textLength), segmentIds: empty(textLength), positions: empty(textLength) };
  let [at, textAt] = [0, 0];
  for (const [index, { grid: [rows, columns], patches: data, tokens: ids }] of examples.entries()) {
    patches.data.set(data, at * values);
    for (let token = 0; token < rows * columns; token += 1, at += 1) {
      const [row, column] = [Math.floor(token / columns), token % columns];
      [patches.segmentIds[at], patches.rows[at], patches.columns[at], patches.fractionalRows[at], patches.fractionalColumns[at]] = [index + 1, row, column, row / rows, column / columns];
    }
    for (const [position, id] of ids.entries()) {
      [tokens.data[textAt], tokens.segmentIds[textAt], tokens.positions[textAt]] = [id, index + 1, position];
      textAt += 1;
    }
  }
  return { patches, tokens, exampleWeights: Float32Array.from({ length: maxExamples }, (_, index) => (index < examples.length ? 1 : 0)) };
}
