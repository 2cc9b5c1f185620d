/**
 * A picture as a row of tokens: what `patchify` makes, `dropTokens` thins and `packSequences` packs. Tokens keep their place in the grid, so that positions
 * stay right when some are dropped (NaViT, arXiv 2307.06304, section 2.1).
 */
export interface Patches {
  /** Number of tokens. */
  readonly count: number;
  /** Values of a token: patch height x patch width x channels, row by row from the top left, channels interleaved. */
  readonly width: number;
  /** `[count, width]`. */
  readonly data: Float32Array | Uint8Array;
  /** `[count]`: the row of each patch in the grid, from 0. */
  readonly rows: Int32Array;
  /** `[count]`: its column. */
  readonly columns: Int32Array;
  /** Patches along each side of the whole picture, dropped ones counted. */
  readonly grid: readonly [height: number, width: number];
}
