import { checkInteger } from '../../engine/check.js';
import { UsageError } from '../../engine/errors.js';
import type { Sample, Tombstone } from '../../engine/sample.js';
import type { WindowTools } from '../../engine/windowed.js';
import type { SequenceRoom } from '../../kernels/packing/firstFit.js';
import { SampleFault } from '../../kernels/sampleFault.js';

/** Tokens by the name of a field. */
export type Lengths = Readonly<Record<string, number>>;

/** What a sequence has room for. */
export interface SequenceOptions<L extends Lengths> {
  /** The fields to pack, and the tokens of each that a sequence has room for; a sample must fit in all of them. The first decides what fits best. */
  readonly lengths: L;
  /** Samples in a sequence at most, NaViT's E_max. @default no limit; then arrays over examples have another length in each sequence */
  readonly maxExamples?: number;
  /** A sample with more tokens of a field than a sequence has: quarantined (`sequence-too-long`), or cut off behind its first ones; of a picture that is its lower part. @default 'refuse' */
  readonly tooLong?: 'refuse' | 'truncate';
}

export interface SequenceNeeds<S> {
  readonly features: readonly string[];
  readonly room: SequenceRoom;
  /** The most samples that can share a sequence. */
  readonly most: number;
  /** Tokens of each field that a sample takes up, or why it can be in no sequence. */
  readonly of: (sample: S) => readonly number[] | SampleFault;
}

/** How many tokens of each field a sample needs, checked against the room of a whole sequence. @throws UsageError when an option is out of range */
export function sequenceNeeds<S>(options: SequenceOptions<Lengths>, tokensOf: (sample: S, feature: string) => number, name: string): SequenceNeeds<S> {
  const { lengths, maxExamples, tooLong = 'refuse' } = options;
  const features = Object.keys(lengths);
  if (features.length === 0) throw new UsageError(`${name}: \`lengths\` must name one field at least`);
  for (const feature of features) checkInteger(name, `lengths.${feature}`, lengths[feature], 1, 2 ** 24);
  if (maxExamples !== undefined) checkInteger(name, 'maxExamples', maxExamples, 1);
  if (!['refuse', 'truncate'].includes(tooLong)) throw new UsageError(`${name}: \`tooLong\` must be refuse or truncate, got ${String(tooLong)}`);
  const capacities = features.map((feature) => lengths[feature] as number);

  return {
    features,
    room: { capacities, ...(maxExamples === undefined ? {} : { maxExamples }) },
    // No sample is without a token.
    most: maxExamples ?? capacities.reduce((sum, capacity) => sum + capacity, 0),
    of: (sample) => {
      const needs: number[] = [];
      let all = 0;
      for (let at = 0; at < features.length; at += 1) {
        const feature = features[at] as string;
        const capacity = capacities[at] as number;
        const count = tokensOf(sample, feature);
        if (count > capacity && tooLong === 'refuse') return new SampleFault('sequence-too-long', `${count} tokens of ${feature}, and a sequence has room for ${capacity}`);
        needs.push(Math.min(count, capacity));
        all += count;
      }
      return all === 0 ? new SampleFault('sequence-empty', `no token in ${features.join(', ')}`) : needs;
    },
  };
}

export interface JudgedNeeds<S> {
  readonly good: readonly S[];
  /** What each of the good ones needs. */
  readonly needs: readonly (readonly number[])[];
  readonly refused: readonly Tombstone[];
}

/** The samples that can be in a sequence with what they need, and tombstones of the others. */
export function judgeNeeds<S extends Sample>(samples: readonly S[], needsOf: SequenceNeeds<S>['of'], tools: WindowTools): JudgedNeeds<S> {
  const [good, needs, refused]: [S[], (readonly number[])[], Tombstone[]] = [[], [], []];
  for (const sample of samples) {
    const found = needsOf(sample);
    if (found instanceof SampleFault) refused.push(tools.refuse(sample, found));
    else {
      good.push(sample);
      needs.push(found);
    }
  }
  return { good, needs, refused };
}
