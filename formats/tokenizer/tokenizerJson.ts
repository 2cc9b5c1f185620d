import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import type { SpecialIds, Tokenizer } from './tokenizer.js';
import { TokenizerError } from './tokenizerError.js';

/** What the well-known vocabularies call their special tokens, the first that is there counts. */
const NAMES: Readonly<Record<keyof SpecialIds, readonly string[]>> = {
  bos: ['<bos>', '<s>', '<|startoftext|>', '<|begin_of_text|>', '[CLS]'],
  eos: ['<eos>', '</s>', '<|endoftext|>', '<|end_of_text|>', '[SEP]'],
  pad: ['<pad>', '[PAD]'],
  unknown: ['<unk>', '[UNK]'],
};

/** Files that were not written by the library may leave these out. */
const MAY_LACK = { added_tokens: [], normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null };

/**
 * A Hugging Face `tokenizer.json`, by `@huggingface/tokenizers`. What its post-processor would add (beginning, end) is left out; `special` holds the
 * tokens of the usual names. Names of special tokens inside a text become these, as in the library.
 *
 * @throws TokenizerError where the file is no JSON or no tokenizer
 */
export function tokenizerJson(bytes: Uint8Array): Tokenizer {
  let tokenizer: HuggingFaceTokenizer;
  try {
    const file = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as object;
    tokenizer = new HuggingFaceTokenizer({ ...MAY_LACK, ...file }, {});
    tokenizer.encode('a', { add_special_tokens: false });
  } catch (cause) {
    throw new TokenizerError(`tokenizer.json cannot be read as a tokenizer: ${(cause as Error).message}`, { cause });
  }
  const special = Object.fromEntries(
    Object.entries(NAMES).flatMap(([role, names]) => {
      const id = names.map((name) => tokenizer.token_to_id(name)).find((found) => found !== undefined);
      return id === undefined ? [] : [[role, id]];
    }),
  ) as SpecialIds;
  return {
    format: 'tokenizer.json',
    vocabularySize: tokenizer.get_vocab(true).size,
    special,
    idOf: (piece) => tokenizer.token_to_id(piece),
    // A capital sigma at a word's end: JavaScript lower-cases it by its place, the library that the vocabularies were made with letter by letter.
    encode: (text) => (text === '' ? [] : tokenizer.encode(wellFormed(text).replaceAll('\u03a3', '\u03c3'), { add_special_tokens: false }).ids),
  };
}

function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}
