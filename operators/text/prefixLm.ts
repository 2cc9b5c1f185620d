import { checkInteger } from '../../engine/check.js';
import { UsageError } from '../../engine/errors.js';
import { mapSample } from '../../engine/mapSample.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { prefixLmRow } from '../../kernels/text/prefixLmRow.js';

/** What training reads: rows of `maxTokens` + 1, of which the trainer takes all but the last as inputs and all but the first as targets. */
export interface PrefixLmTraining {
  readonly tokens: Int32Array;
  /** 0: seen by every token of its stretch; 1: seen by itself and later ones alone. Padding is 1. */
  readonly maskAr: Uint8Array;
  /** 1 where a token is to be learnt: the suffix with its end token. */
  readonly maskLoss: Uint8Array;
}

/** What decoding reads: rows of `maxTokens`. */
export interface PrefixLmPrompt {
  readonly tokens: Int32Array;
  readonly maskAr: Uint8Array;
  /** 1 on tokens, 0 on padding. */
  readonly maskInput: Uint8Array;
}

/** `S` with what `mode` makes. */
export type WithPrefixLm<S extends Sample, Mode extends 'train' | 'eval'> = With<S, Mode extends 'train' ? PrefixLmTraining : PrefixLmPrompt> & Sample;

export interface PrefixLmOptions<Mode extends 'train' | 'eval'> {
  readonly mode: Mode;
  /** Tokens of text that the model reads. */
  readonly maxTokens: number;
  /** The ids between prefix and suffix, tokenized by themselves so that they never merge. Gemma's newline is 108. */
  readonly separator: readonly number[];
  /** @default 0, as in PaliGemma */
  readonly pad?: number;
  /** The stage's name, where it stands more than once in a pipeline. @default 'prefixLm' */
  readonly name?: string;
}

/**
 * Prefix and suffix as one row with PaliGemma's masks (arXiv 2407.07726; specs/vision-language.md 1.5): prefix, separator, suffix, padding. The prefix sees all
 * of itself, the suffix is causal, and only the suffix is learnt.
 *
 * ```ts
 * pipeline(source,
 *   tokenize({ name: 'prefix', tokenizer, field: 'prefix', outField: 'prefixTokens', bos: true, pad: 'none' }),
 *   tokenize({ name: 'suffix', tokenizer, field: 'suffix', outField: 'suffixTokens', eos: 'yes', pad: 'none' }),
 *   prefixLm({ mode: 'train', maxTokens: 128, separator: [108] }));
 * ```
 *
 * A row that is too long is cut at its right end and may lose its end token, as in the reference. Tallies: `truncated`, and `nothing to learn`: samples whose
 * prefix alone fills the row, which train nothing (the reference passes both over in silence).
 *
 * @throws UsageError when an option is out of range
 */
export function prefixLm<S extends Sample & { readonly prefixTokens: ArrayLike<number>; readonly suffixTokens: ArrayLike<number> }, const Mode extends 'train' | 'eval'>({
  mode,
  maxTokens,
  separator,
  pad = 0,
  name = 'prefixLm',
}: PrefixLmOptions<Mode>): Stage<S, WithPrefixLm<S, Mode>> {
  if (mode !== 'train' && mode !== 'eval') throw new UsageError(`${name}: \`mode\` must be train or eval, got ${String(mode)}`);
  checkInteger(name, 'maxTokens', maxTokens, 1);
  checkInteger(name, 'pad', pad, 0, 2 ** 31 - 1);
  separator.forEach((id, place) => checkInteger(name, `separator[${place}]`, id, 0, 2 ** 31 - 1));
  const length = mode === 'train' ? maxTokens + 1 : maxTokens;
  return mapSample(
    name,
    ({ prefixTokens, suffixTokens }: S, tools) => {
      const { tokens, maskAr, maskLoss, maskInput, truncated } = prefixLmRow({ prefix: prefixTokens, separator, suffix: suffixTokens }, length, pad);
      if (truncated) tools.tally('truncated');
      if (mode === 'eval') return { tokens, maskAr, maskInput };
      // The first token is never a target.
      if (!maskLoss.includes(1, 1)) tools.tally('nothing to learn');
      return { tokens, maskAr, maskLoss };
    },
    { mode, maxTokens, separator, pad },
  ) as unknown as Stage<S, WithPrefixLm<S, Mode>>;
}
