import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { mapFields } from './mapFields.js';

export interface CopyFieldOptions<N extends string, I extends string> {
  readonly field: N;
  readonly into: I;
  /** The stage's name, where it stands more than once in a pipeline. @default 'copyField' */
  readonly name?: string;
}

/** A field under a second name: big_vision's `copy` (specs/vision-language.md 1.2). The value is shared, since nothing ever changes one in place. */
export function copyField<const N extends string, const I extends string, S extends Sample & Readonly<Record<N, unknown>>>({ field, into, name = 'copyField' }: CopyFieldOptions<N, I>): Stage<
  S,
  With<S, Readonly<Record<I, S[N]>>> & Sample
> {
  return mapFields(name, { needs: [field], options: { field, into } }, (entries) => [...entries, [into, entries.find(([other]) => other === field)?.[1]]]);
}
