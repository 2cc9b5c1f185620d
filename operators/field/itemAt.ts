import { mapSample } from '../../engine/mapSample.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { tensorRow } from '../../kernels/tensorRows.js';
import { tensorOf, valueOf, type TensorValue } from '../../kernels/tensor.js';

export interface ItemAtOptions<N extends string, P extends string, I extends string> {
  readonly field: N;
  /** The field that holds the place, from 0. */
  readonly place: P;
  /** Where the entry goes. @default `field` */
  readonly into?: I;
  /** The stage's name, where it stands more than once in a pipeline. @default 'itemAt' */
  readonly name?: string;
}

/**
 * The entry of a list whose place stands in another field: big_vision's `getidx(inkey, index_key, outkey)` (specs/vision-language.md 1.2). A sample without such
 * an entry goes to quarantine, `field-shape`.
 */
export function itemAt<const N extends string, const P extends string, S extends Sample & Readonly<Record<N, TensorValue>> & Readonly<Record<P, number>>, const I extends string = N>({
  field,
  place,
  into = field as string as I,
  name = 'itemAt',
}: ItemAtOptions<N, P, I>): Stage<S, With<S, Readonly<Record<I, TensorValue>>> & Sample> {
  return mapSample<S, Readonly<Record<I, TensorValue>>>(name, (sample) => ({ [into]: valueOf(tensorRow(tensorOf(sample[field]), sample[place])) }) as Readonly<Record<I, TensorValue>>, { field, place, into });
}
