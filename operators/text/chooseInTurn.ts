import { UsageError } from '../../engine/errors.js';
import { perSample } from '../../engine/perSample.js';
import { withFields, type Sample, type With } from '../../engine/sample.js';
import { stage, type Stage } from '../../engine/stage.js';
import { SampleFault } from '../../kernels/sampleFault.js';
import type { Chosen } from '../field/chooseItems.js';

export interface ChooseInTurnOptions {
  /** The stage's name, where it stands more than once in a pipeline. @default 'chooseInTurn' */
  readonly name?: string;
}

/**
 * Of a list of n elements keep one, another one in each epoch, all of them in every n epochs: a random order for each sample, drawn anew after n epochs. The same
 * place in all `fields`. big_vision's `choice_no_replacement` (specs/vision-language.md 1.2), which counts visits in memory and forgets them at a restart; here
 * the place is a function of (seed, stage, origin, epoch), so a resume goes on with it.
 *
 * ```ts
 * chooseInTurn(['text'])   // five captions: each once in five epochs
 * ```
 *
 * An empty list is refused, `list-too-short`; lists of different lengths, `list-lengths`.
 */
export function chooseInTurn<S extends Sample & { readonly [K in Field]: readonly unknown[] }, const Field extends string>(
  fields: readonly Field[],
  { name = 'chooseInTurn' }: ChooseInTurnOptions = {},
): Stage<S, With<S, Chosen<S, Field, 'single'>> & Sample> {
  if (fields.length === 0) throw new UsageError(`${name}: there must be at least one field`);
  return stage<S, With<S, Chosen<S, Field, 'single'>> & Sample>({
    name,
    arity: 'one',
    options: { fields },
    connect: (context) =>
      perSample(context, (sample) => {
        const lengths = fields.map((field) => sample[field].length);
        const of = lengths[0]!;
        if (lengths.some((length) => length !== of)) throw new SampleFault('list-lengths', `${fields.join(', ')} must be equally long, they have ${lengths.join(', ')} elements`);
        if (of === 0) throw new SampleFault('list-too-short', `${fields.join(', ')}: there is nothing to choose from`);
        const { pass } = sample.origin;
        // One order for n epochs: drawn as if all of them were the round's number.
        const random = context.random({ ...sample.origin, pass: Math.floor(pass / of) });
        const order = random.shuffle(Array.from({ length: of }, (_, place) => place));
        const chosen = Object.fromEntries(fields.map((field) => [field, sample[field][order[pass % of]!]])) as Chosen<S, Field, 'single'>;
        return withFields(sample, chosen) as unknown as With<S, Chosen<S, Field, 'single'>> & Sample;
      }),
  });
}
