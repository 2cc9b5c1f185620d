import { mapSample } from '../../engine/mapSample.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { mostFrequent } from '../../kernels/mostFrequent.js';
import { SampleFault } from '../../kernels/sampleFault.js';

export interface MajorityOptions<N extends string, I extends string> {
  readonly field: N;
  /** Where the value goes. @default `field` */
  readonly into?: I;
  /** The stage's name, where it stands more than once in a pipeline. @default 'majority' */
  readonly name?: string;
}

/**
 * The value that stands most often in a list, the first of several: big_vision's `majority` (specs/vision-language.md 1.2), for the answers of several people.
 * An empty list goes to quarantine, `too-few-to-choose`.
 */
export function majority<const N extends string, S extends Sample & Readonly<Record<N, readonly (string | number)[]>>, const I extends string = N>({ field, into = field as string as I, name = 'majority' }: MajorityOptions<N, I>): Stage<
  S,
  With<S, Readonly<Record<I, string | number>>> & Sample
> {
  return mapSample<S, Readonly<Record<I, string | number>>>(
    name,
    (sample) => {
      const value = mostFrequent(sample[field]);
      if (value === undefined) throw new SampleFault('too-few-to-choose', `\`${field}\` is empty`);
      return { [into]: value } as Readonly<Record<I, string | number>>;
    },
    { field, into },
  );
}
