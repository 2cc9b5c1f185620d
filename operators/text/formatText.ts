import { UsageError } from '../../engine/errors.js';
import { mapSample } from '../../engine/mapSample.js';
import type { Sample } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { formatText as format, templateParts, type Formattable } from '../../kernels/text/formatText.js';
import type { WithField } from './withField.js';

/** The names between the braces of a template. */
export type TemplateFields<T extends string> = T extends `${string}{${infer Field}}${infer Rest}` ? Field | TemplateFields<Rest> : never;

export interface FormatTextOptions<Out extends string = 'text'> {
  /** The field that gets the text. @default 'text' */
  readonly outField?: Out;
  /** The stage's name, where it stands more than once in a pipeline. @default 'formatText' */
  readonly name?: string;
}

/**
 * Fill a template with fields of the sample: big_vision's `strfmt` (specs/vision-language.md 1.2).
 *
 * ```ts
 * formatText('answer {lang} {question}', { outField: 'prefix' })   // a sample without `lang` and `question` does not compile
 * ```
 *
 * Only `{field}`; no format specifications. Texts and numbers, and lists of them as `[1 2]`.
 *
 * @throws UsageError for a brace that belongs to no `{field}`
 */
export function formatText<S extends Sample & { readonly [K in TemplateFields<T>]: Formattable }, const T extends string, const Out extends string = 'text'>(
  template: T,
  { outField = 'text' as Out, name = 'formatText' }: FormatTextOptions<Out> = {},
): Stage<S, WithField<S, Out, string>> {
  try {
    templateParts(template);
  } catch (error) {
    throw new UsageError(`${name}: ${(error as Error).message}`, { cause: error });
  }
  return mapSample(name, (sample: S) => ({ [outField]: format(template, { ...sample }) }), { template, outField }) as unknown as Stage<S, WithField<S, Out, string>>;
}
