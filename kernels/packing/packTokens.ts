import { sequenceLayout, type SequenceLayout } from './sequenceLayout.js';

/** Token ids of several examples in one sequence. */
export interface PackedTokens extends SequenceLayout {
  /** `[length]`; 0 in padding, which `segmentIds` tells from a token 0. */
  readonly data: Int32Array;
}

/** @throws RangeError where the examples do not fit */
export function packTokens(tokens: readonly Int32Array[], length: number, examples?: number): PackedTokens {
  const layout = sequenceLayout(tokens.map((ids) => ids.length), length, examples);
  const data = new Int32Array(length);
  for (const [example, ids] of tokens.entries()) data.set(ids, layout.cumulativeLengths[example]);
  return { ...layout, data };
}
