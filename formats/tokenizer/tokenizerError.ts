/** A file that is no tokenizer, is broken, or is of a kind that is not read here. No sample is to blame: it stops the run. */
export class TokenizerError extends Error {
  override readonly name = 'TokenizerError';
}
