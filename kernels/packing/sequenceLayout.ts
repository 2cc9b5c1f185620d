/** Where the tokens of each example stand in a packed sequence. Examples stand one behind the other, padding behind the last. */
export interface SequenceLayout {
  /** Tokens that are no padding. */
  readonly count: number;
  /** `[length]`: the example of each token, from 1; 0 is padding. A token attends to those of its own id. */
  readonly segmentIds: Int32Array;
  /** `[length]`: the place of each token in its own example, from 0; 0 in padding. */
  readonly positions: Int32Array;
  /** `[examples + 1]`: where each example begins, and at last `count`: `cu_seqlens` of variable-length attention. */
  readonly cumulativeLengths: Int32Array;
  /**
   * `[length]`: 1 / tokens of its example, 0 in padding. The sum of weight x loss over the tokens, divided by the sum of weights, is the mean over examples of their own
   * mean losses, as it would be without packing (Krell et al., arXiv 2107.02027 section 3.2.2).
   */
  readonly tokenWeights: Float32Array;
}

/**
 * @param lengths tokens of each example
 * @param length of the sequence
 * @param examples places for examples: `cumulativeLengths` is filled up with empty ones. @default the number of examples
 * @throws RangeError where they do not fit
 */
export function sequenceLayout(lengths: readonly number[], length: number, examples: number = lengths.length): SequenceLayout {
  const count = lengths.reduce((sum, tokens) => sum + tokens, 0);
  if (count > length || lengths.length > examples) throw new RangeError(`${lengths.length} examples of ${count} tokens do not fit into a sequence of ${length} tokens and ${examples} examples`);
  const segmentIds = new Int32Array(length);
  const positions = new Int32Array(length);
  const tokenWeights = new Float32Array(length);
  const cumulativeLengths = new Int32Array(examples + 1).fill(count);
  let at = 0;
  for (const [example, tokens] of lengths.entries()) {
    cumulativeLengths[example] = at;
    segmentIds.fill(example + 1, at, at + tokens);
    tokenWeights.fill(1 / tokens, at, at + tokens);
    for (let position = 0; position < tokens; position += 1) positions[at + position] = position;
    at += tokens;
  }
  return { count, segmentIds, positions, cumulativeLengths, tokenWeights };
}
