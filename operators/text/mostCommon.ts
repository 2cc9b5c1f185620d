import { mapSample } from '../../engine/mapSample.js';
import type { Stage } from '../../engine/stage.js';
import { SampleFault } from '../../kernels/sampleFault.js';
import type { HasField, WithField } from './withField.js';

export interface MostCommonOptions<In extends string, Out extends string = In> {
  /** The field with the list of texts, such as the answers of ten people. */
  readonly field: In;
  /** The field that gets the one text. @default that of the list */
  readonly outField?: Out;
  /** The stage's name, where it stands more than once in a pipeline. @default 'mostCommon' */
  readonly name?: string;
}

/**
 * Of a list of texts the one that is there most often; of several, the one that comes first. big_vision's `majority` (specs/vision-language.md 1.2). An empty
 * list is refused, `list-too-short`.
 *
 * ```ts
 * mostCommon({ field: 'answers', outField: 'suffix' })   // ['no', 'yes', 'yes'] adds suffix: 'yes'
 * ```
 */
export function mostCommon<S extends HasField<In, readonly string[]>, const In extends string, const Out extends string = In>({
  field,
  outField = field as string as Out,
  name = 'mostCommon',
}: MostCommonOptions<In, Out>): Stage<S, WithField<S, Out, string>> {
  return mapSample(
    name,
    (sample: S) => {
      const counts = new Map<string, number>();
      for (const text of sample[field]) counts.set(text, (counts.get(text) ?? 0) + 1);
      // A map keeps the order of first appearance, and only more counts beat what came before.
      let best: string | undefined;
      for (const [text, count] of counts) if (best === undefined || count > counts.get(best)!) best = text;
      if (best === undefined) throw new SampleFault('list-too-short', `${field} is empty: there is nothing to choose from`);
      return { [outField]: best };
    },
    { field, outField },
  ) as unknown as Stage<S, WithField<S, Out, string>>;
}
