import { Tokenizer } from '@huggingface/tokenizers';
import { ModelError } from '../modelError.js';

/** What happens to a text of more tokens than the context holds. See `owlv2Tokenizer`. */
export type TruncateMode = 'keep-end' | 'scenic';

/** A text as OWLv2's text tower reads it. */
export interface TokenRow {
  /** `[contextLength]` token ids, padded at the end. */
  readonly ids: Int32Array;
  /** How many of them are not padding: the ones of the attention mask. */
  readonly length: number;
}

/** CLIP's byte-level BPE with a fixed context length. */
export interface Owlv2Tokenizer {
  readonly contextLength: number;
  encode(text: string): TokenRow;
}

/**
 * The tokenizer of an OWLv2 model: start token, byte-level BPE of the lower-cased text, end token, padding up to `contextLength`.
 *
 * The tower reads its result at the end token (the highest id). A text that is too long is cut by `truncate`: `'keep-end'` (what the models'
 * own Hugging Face tokenizer does) cuts the text and keeps the end token last; `'scenic'` cuts hard, so that the end token is lost and the
 * tower reads the start token's state, the same for all such texts: the original authors' code did that (specs/detection.md 2.4), and it is
 * here to reproduce their numbers. An empty text is [start, end] and no padding query.
 *
 * The padding id is that of `pad_token` in `tokenizer_config.json` (in OWLv2 `!`, id 0). Token strings such as `<|endoftext|>` inside a text
 * become that token, as in the reference.
 *
 * @throws ModelError where the files are not a tokenizer of this kind
 */
export function owlv2Tokenizer(
  files: { readonly tokenizer: unknown; readonly tokenizerConfig: unknown },
  folder: string,
  options: { readonly contextLength: number; readonly truncate?: TruncateMode },
): Owlv2Tokenizer {
  const { contextLength, truncate = 'keep-end' } = options;
  if (truncate !== 'keep-end' && truncate !== 'scenic') throw new ModelError(`owlv2: truncate must be 'keep-end' or 'scenic', got ${JSON.stringify(truncate)}`);
  const config = (files.tokenizerConfig ?? {}) as Readonly<Record<string, unknown>>;
  let tokenizer: Tokenizer;
  let end: number | undefined;
  try {
    tokenizer = new Tokenizer(files.tokenizer as object, config);
    const empty = tokenizer.encode('').ids;
    end = empty.length === 2 ? empty[1] : undefined;
  } catch (cause) {
    throw new ModelError(`tokenizer.json in ${folder} cannot be read as a tokenizer: ${(cause as Error).message}`, { cause });
  }
  if (end === undefined) throw new ModelError(`tokenizer.json in ${folder} is not CLIP's: an empty text must become [start, end]`);
  const padToken = tokenString(config['pad_token']);
  const padId = padToken === undefined ? 0 : tokenizer.token_to_id(padToken);
  if (padId === undefined) throw new ModelError(`tokenizer_config.json in ${folder}: pad_token ${JSON.stringify(padToken)} is not in the vocabulary`);
  return {
    contextLength,
    encode(text) {
      // JavaScript lower-cases a capital sigma at a word's end to a final sigma, the reference (letter by letter) never does.
      const all = tokenizer.encode(text.replaceAll('\u03a3', '\u03c3')).ids;
      const length = Math.min(all.length, contextLength);
      const ids = new Int32Array(contextLength).fill(padId);
      for (let i = 0; i < length; i += 1) ids[i] = all[i]!;
      if (all.length > contextLength && truncate === 'keep-end') ids[contextLength - 1] = end;
      return { ids, length };
    },
  };
}

/** A special token as the config writes it: the string, or an object with its content. */
function tokenString(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null ? tokenString((value as { content?: unknown }).content) : undefined;
}
