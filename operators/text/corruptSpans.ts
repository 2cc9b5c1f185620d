import { checkInteger, checkNumber } from '../../engine/check.js';
import { mapSample } from '../../engine/mapSample.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { SampleFault } from '../../kernels/sampleFault.js';
import { noiseMask, replaceSpans } from '../../kernels/text/spanCorruption.js';

/** What `corruptSpans` adds. */
export interface CorruptedSpans {
  readonly inputTokens: Int32Array;
  readonly targetTokens: Int32Array;
}

export interface CorruptSpansOptions {
  /** The id of the first span's sentinel; those of later spans count down from it. T5: vocabulary size - 1. */
  readonly firstSentinel: number;
  /** The id that ends inputs and targets. @default 1, as in T5 */
  readonly eos?: number;
  /** The share of tokens that are taken out. @default 0.15, as in T5 and PaLI-X */
  readonly noiseDensity?: number;
  /** Tokens of a span, on average. @default 3, as in T5 */
  readonly meanSpanLength?: number;
  /** The stage's name, where it stands more than once in a pipeline. @default 'corruptSpans' */
  readonly name?: string;
}

/**
 * Take random spans out of `tokens` (unpadded): adds `inputTokens`, with a sentinel in the place of each span, and `targetTokens`, the spans, each behind its
 * sentinel; both end with `eos`. T5's span corruption (arXiv 1910.10683; specs/vision-language.md 4), drawn by (seed, stage, origin).
 *
 * T5's rule always takes out the end of the text, and of a text of up to 30 tokens nothing else: there is one span then.
 *
 * `spanCorruptionLengths` says how long a text may be so that its inputs have a given length.
 *
 * A text of less than two tokens is refused: `text-too-short`; one with more spans than there are ids below the first sentinel: `text-too-long`.
 *
 * @throws UsageError when an option is out of range
 */
export function corruptSpans<S extends Sample & { readonly tokens: ArrayLike<number> }>({
  firstSentinel,
  eos = 1,
  noiseDensity = 0.15,
  meanSpanLength = 3,
  name = 'corruptSpans',
}: CorruptSpansOptions): Stage<S, With<S, CorruptedSpans> & Sample> {
  checkInteger(name, 'firstSentinel', firstSentinel, 0, 2 ** 31 - 1);
  checkInteger(name, 'eos', eos, 0, 2 ** 31 - 1);
  checkNumber(name, 'noiseDensity', noiseDensity, 0, 1);
  checkNumber(name, 'meanSpanLength', meanSpanLength, 1, Number.MAX_SAFE_INTEGER);
  const rule = { noiseDensity, meanSpanLength };
  return mapSample<S, CorruptedSpans>(
    name,
    ({ tokens }, { random }) => {
      if (tokens.length < 2) throw new SampleFault('text-too-short', `span corruption needs two tokens, the text has ${tokens.length}`);
      const mask = noiseMask(tokens.length, rule, random());
      const inputs = [...replaceSpans(tokens, mask, 0, firstSentinel), eos];
      const targets = [...replaceSpans(tokens, mask, 1, firstSentinel), eos];
      const lowest = inputs.reduce((least, id) => Math.min(least, id), firstSentinel);
      if (lowest < 0) throw new SampleFault('text-too-long', `${tokens.length} tokens need ${firstSentinel - lowest + 1} sentinels, there are ${firstSentinel + 1}`);
      return { inputTokens: Int32Array.from(inputs), targetTokens: Int32Array.from(targets) };
    },
    { firstSentinel, eos, ...rule },
  );
}
