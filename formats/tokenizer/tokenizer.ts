/** Ids with a meaning of their own; absent where the vocabulary has none. */
export interface SpecialIds {
  readonly bos?: number;
  readonly eos?: number;
  readonly pad?: number;
  readonly unknown?: number;
}

/** Which reader made a tokenizer. */
export type TokenizerFormat = 'sentencepiece' | 'wordpiece' | 'clip-bpe' | 'tokenizer.json';

/**
 * Text to ids of a vocabulary: a pure function of the file that it was read from. `encode` gives the ids of the text alone: beginning, end,
 * cutting and padding are the caller's (operator `tokenize`). Lone surrogates count as U+FFFD.
 */
export interface Tokenizer {
  readonly format: TokenizerFormat;
  readonly vocabularySize: number;
  readonly special: SpecialIds;
  encode(text: string): number[];
  /** The id of one piece of the vocabulary, written as the vocabulary writes it. */
  idOf(piece: string): number | undefined;
}
