import { UsageError } from '../../engine/errors.js';
import { mapSample } from '../../engine/mapSample.js';
import type { Stage } from '../../engine/stage.js';
import type { HasField, WithField } from './withField.js';

export interface JoinTextOptions<In extends string = 'text', Out extends string = In> {
  /** What stands between the texts, such as `' ; '`. */
  readonly glue: string;
  /** The field with the list of texts. @default 'text' */
  readonly field?: In;
  /** The field that gets the one text. @default that of the list */
  readonly outField?: Out;
  /** The stage's name, where it stands more than once in a pipeline. @default 'joinText' */
  readonly name?: string;
}

/**
 * A list of texts as one text, with `glue` between them: big_vision's `strjoin` (specs/vision-language.md 1.2). An empty list becomes an empty text.
 *
 * @throws UsageError when `glue` is no text
 */
export function joinText<S extends HasField<In, readonly string[]>, const In extends string = 'text', const Out extends string = In>({
  glue,
  field = 'text' as In,
  outField = field as string as Out,
  name = 'joinText',
}: JoinTextOptions<In, Out>): Stage<S, WithField<S, Out, string>> {
  if (typeof glue !== 'string') throw new UsageError(`${name}: \`glue\` must be a text, got ${String(glue)}`);
  return mapSample(name, (sample: S) => ({ [outField]: sample[field].join(glue) }), { glue, field, outField }) as unknown as Stage<S, WithField<S, Out, string>>;
}
