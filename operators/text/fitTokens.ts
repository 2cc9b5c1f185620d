import { checkInteger } from '../../engine/check.js';
import { mapSample } from '../../engine/mapSample.js';
import type { Stage } from '../../engine/stage.js';
import { fitTokens as fit } from '../../kernels/text/fitTokens.js';
import type { HasField, WithField } from './withField.js';

export interface FitTokensOptions<Field extends string = 'tokens'> {
  /** Tokens of the result. */
  readonly length: number;
  /** What fills short rows up. @default 0 */
  readonly pad?: number;
  /** Of a row that is too long, keep its last token at the last place. @default false */
  readonly stickyEnd?: boolean;
  /** @default 'tokens' */
  readonly field?: Field;
  /** The stage's name, where it stands more than once in a pipeline. @default 'fitTokens' */
  readonly name?: string;
}

/**
 * Pad or cut a row of tokens to one length: big_vision's `tolen` (specs/vision-language.md 1.5). Tallies: `truncated`.
 *
 * @throws UsageError when `length` is none
 */
export function fitTokens<S extends HasField<Field, ArrayLike<number>>, const Field extends string = 'tokens'>({
  length,
  pad = 0,
  stickyEnd = false,
  field = 'tokens' as Field,
  name = 'fitTokens',
}: FitTokensOptions<Field>): Stage<S, WithField<S, Field, Int32Array>> {
  checkInteger(name, 'length', length, 1);
  checkInteger(name, 'pad', pad, -(2 ** 31), 2 ** 31 - 1);
  return mapSample(
    name,
    (sample: S, tools) => {
      if (sample[field].length > length) tools.tally('truncated');
      return { [field]: fit(sample[field], { length, pad, stickyEnd }) };
    },
    { length, pad, stickyEnd, field },
  ) as unknown as Stage<S, WithField<S, Field, Int32Array>>;
}
