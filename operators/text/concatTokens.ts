import { UsageError } from '../../engine/errors.js';
import { mapSample } from '../../engine/mapSample.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { concatTokens as concat } from '../../kernels/text/concatTokens.js';
import type { HasField } from './withField.js';

export interface ConcatTokensOptions<Mask extends string = never, Out extends string = 'tokens'> {
  /** Rows to add, by their names: for each field one value, 0 or 1, that stands at all of its tokens. @default none */
  readonly masks?: { readonly [K in Mask]: readonly number[] };
  /** @default 'tokens' */
  readonly outField?: Out;
  /** The stage's name, where it stands more than once in a pipeline. @default 'concatTokens' */
  readonly name?: string;
}

/** `S` with the row and its masks. */
export type Concatenated<S extends Sample, Out extends string, Mask extends string> = With<S, { readonly [K in Out]: Int32Array } & { readonly [K in Mask]: Uint8Array }> & Sample;

/**
 * Several rows of tokens as one, with masks that tell them apart: big_vision's `masked_concat` (specs/vision-language.md 1.5).
 *
 * ```ts
 * concatTokens(['prefix', 'suffix'], { masks: { maskAr: [0, 1] } })   // adds tokens: Int32Array, maskAr: Uint8Array
 * ```
 *
 * @throws UsageError where a mask has not one value a field
 */
export function concatTokens<
  S extends HasField<Field, ArrayLike<number>>,
  const Field extends string,
  const Mask extends string = never,
  const Out extends string = 'tokens',
>(
  fields: readonly Field[],
  { masks = {} as { readonly [K in Mask]: readonly number[] }, outField = 'tokens' as Out, name = 'concatTokens' }: ConcatTokensOptions<Mask, Out> = {},
): Stage<S, Concatenated<S, Out, Mask>> {
  if (fields.length === 0) throw new UsageError(`${name}: there must be at least one field`);
  for (const [mask, values] of Object.entries<readonly number[]>(masks)) {
    if (values.length !== fields.length || values.some((value) => value !== 0 && value !== 1)) {
      throw new UsageError(`${name}: \`masks.${mask}\` must hold ${fields.length} values, 0 or 1, one for each field, got ${JSON.stringify(values)}`);
    }
  }
  return mapSample(
    name,
    (sample: S) => {
      const joined = concat(fields.map((field) => sample[field]), masks);
      return { ...joined.masks, [outField]: joined.tokens };
    },
    { fields, masks, outField },
  ) as unknown as Stage<S, Concatenated<S, Out, Mask>>;
}
