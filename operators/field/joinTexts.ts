import { mapSample } from '../../engine/mapSample.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';

export interface JoinTextsOptions<N extends string, I extends string> {
  readonly field: N;
  /** Where the text goes. @default `field` */
  readonly into?: I;
  /** Between the texts. */
  readonly glue: string;
  /** The stage's name, where it stands more than once in a pipeline. @default 'joinTexts' */
  readonly name?: string;
}

/** A list of texts as one: big_vision's `strjoin(glue)` (specs/vision-language.md 1.2). */
export function joinTexts<const N extends string, S extends Sample & Readonly<Record<N, readonly string[]>>, const I extends string = N>({ field, into = field as string as I, glue, name = 'joinTexts' }: JoinTextsOptions<N, I>): Stage<
  S,
  With<S, Readonly<Record<I, string>>> & Sample
> {
  return mapSample<S, Readonly<Record<I, string>>>(name, (sample) => ({ [into]: sample[field].join(glue) }) as Readonly<Record<I, string>>, { field, into, glue });
}
