import { checkInteger } from '../../engine/check.js';
import { UsageError } from '../../engine/errors.js';
import { mapAsync } from '../../engine/mapAsync.js';
import { stage, type Stage } from '../../engine/stage.js';
import type { Tokenizer } from '../../formats/tokenizer/tokenizer.js';
import { SampleFault } from '../../kernels/sampleFault.js';
import { fitTokens } from '../../kernels/text/fitTokens.js';
import { lowerAscii } from '../../kernels/text/lowerAscii.js';
import { describeList } from '../label/describeList.js';
import { lazyTokenizer } from './lazyTokenizer.js';
import type { HasField, WithField } from './withField.js';

export interface TokenizeOptions<In extends string = 'text', Out extends string = 'tokens'> {
  /** Path or URL of the tokenizer's file: a SentencePiece model, a tokenizer.json, a WordPiece vocabulary, or CLIP's merges. */
  readonly tokenizer: string;
  /** Tokens of the result, beginning and end counted; longer texts are cut. @default no limit, with `pad: 'none'` alone */
  readonly maxTokens?: number;
  /** Put the tokenizer's beginning token before the text. @default false */
  readonly bos?: boolean;
  /** Put the tokenizer's end token behind the text: `yes`: cutting may take it off again; `sticky`: a text that is cut ends with it. @default 'none' */
  readonly eos?: 'none' | 'yes' | 'sticky';
  /** Lower-case A to Z before; SigLIP does, PaliGemma does not. @default 'none' */
  readonly lower?: 'none' | 'ascii';
  /** The id that fills short texts up, or `none`: leave them short, for packing. @default the tokenizer's padding id */
  readonly pad?: number | 'none';
  /** Pieces to append to a SentencePiece vocabulary, such as `[...locPieces, ...segPieces]`. @default none */
  readonly extraPieces?: readonly string[];
  /** Texts of more UTF-16 units are refused, `text-too-long`. @default 65_536 */
  readonly maxChars?: number;
  /** The field that holds the text. @default 'text' */
  readonly field?: In;
  /** The field that gets the tokens. @default 'tokens' */
  readonly outField?: Out;
  /** The stage's name, where it stands more than once in a pipeline. @default 'tokenize' */
  readonly name?: string;
}

/**
 * Texts become token ids: adds `tokens`, an Int32Array of `maxTokens` ids (with `pad: 'none'`, of at most as many). big_vision's `tokenize` and PaliGemma's
 * `tok` (specs/vision-language.md 1.2, 1.5).
 *
 * ```ts
 * tokenize({ tokenizer: 'c4_en.model', maxTokens: 64, lower: 'ascii', eos: 'sticky', pad: 1 })   // SigLIP, arXiv 2303.15343
 * // 'A cat' becomes [71, 1712, 1, 1, 1, ...]
 * ```
 *
 * The file is read once a run, through the run's stores; its sha256 is in the fingerprint. Texts are tokenized on the thread of the engine: a caption takes 2 to
 * 5 us (by a tokenizer.json 40 to 80), about what sending it to another thread would. Tallies: `truncated`, texts that were cut.
 *
 * @see choose for samples with several captions
 *
 * @throws UsageError when an option is out of range, and when the run opens: where there is no such file, it is no tokenizer, or it lacks a token that is asked for
 */
export function tokenize<S extends HasField<In, string>, const In extends string = 'text', const Out extends string = 'tokens'>(
  options: TokenizeOptions<In, Out>,
): Stage<S, WithField<S, Out, Int32Array>> {
  const { tokenizer: url, maxTokens, bos = false, eos = 'none', lower = 'none', pad, extraPieces = [], maxChars = 65_536, name = 'tokenize' } = options;
  const { field = 'text' as In, outField = 'tokens' as Out } = options;
  if (maxTokens !== undefined) checkInteger(name, 'maxTokens', maxTokens, 1);
  else if (pad !== 'none') throw new UsageError(`${name}: \`maxTokens\` must be given, or \`pad: 'none'\` for texts as long as they are`);
  if (pad !== undefined && pad !== 'none') checkInteger(name, 'pad', pad, -(2 ** 31), 2 ** 31 - 1);
  checkInteger(name, 'maxChars', maxChars, 1);
  if (!['none', 'yes', 'sticky'].includes(eos)) throw new UsageError(`${name}: \`eos\` must be none, yes or sticky, got ${String(eos)}`);
  if (lower !== 'none' && lower !== 'ascii') throw new UsageError(`${name}: \`lower\` must be none or ascii, got ${String(lower)}`);
  const load = lazyTokenizer(name, url, { extraPieces });

  const idsOf = (tokenizer: Tokenizer): { readonly first: readonly number[]; readonly last: readonly number[]; readonly fill: number } => {
    const wanted = (role: 'bos' | 'eos' | 'pad', cure: string): number => {
      const id = tokenizer.special[role];
      if (id === undefined) throw new UsageError(`${name}: the tokenizer ${url} has no ${role} token; ${cure}`);
      return id;
    };
    return {
      first: bos ? [wanted('bos', 'leave `bos` out')] : [],
      last: eos === 'none' ? [] : [wanted('eos', "write `eos: 'none'`")],
      fill: pad === undefined ? wanted('pad', 'say which id with `pad`') : pad === 'none' ? 0 : pad,
    };
  };

  const work = (text: string, tokenizer: Tokenizer): { readonly tokens: Int32Array; readonly truncated: boolean } => {
    if (text.length > maxChars) throw new SampleFault('text-too-long', `${field} has ${text.length} UTF-16 units, ${maxChars} are allowed`);
    const { first, last, fill } = idsOf(tokenizer);
    const ids = [...first, ...tokenizer.encode(lower === 'ascii' ? lowerAscii(text) : text), ...last];
    const length = pad === 'none' ? Math.min(ids.length, maxTokens ?? ids.length) : maxTokens!;
    return { tokens: fitTokens(ids, { length, pad: fill, stickyEnd: eos === 'sticky' }), truncated: ids.length > length };
  };

  return stage({
    name,
    arity: 'one',
    // The tables of Unicode decide what a letter is, in all formats but SentencePiece.
    options: { maxTokens, bos, eos, lower, pad, extraPieces: describeList(extraPieces), maxChars, field, outField, unicode: process.versions['unicode'] },
    digests: async ({ stores }) => {
      const { tokenizer, digest } = await load(stores);
      idsOf(tokenizer);
      return { tokenizer: digest };
    },
    connect: (context) =>
      mapAsync(name, async (sample: S, { tally }) => {
        const { tokens, truncated } = work(sample[field], (await load(context.stores)).tokenizer);
        if (truncated) tally('truncated');
        return { [outField]: tokens };
      }).stage.connect(context),
  }) as unknown as Stage<S, WithField<S, Out, Int32Array>>;
}
