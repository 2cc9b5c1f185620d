import { membersOf } from '../../engine/account.js';
import { checkInteger } from '../../engine/check.js';
import { UsageError } from '../../engine/errors.js';
import type { Element, Sample } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { windowed } from '../../engine/windowed.js';
import { firstFit } from '../../kernels/packing/firstFit.js';
import { packingForecast, packWindow, type PackingPolicy } from '../../kernels/packing/packingForecast.js';
import { packPatches, type PackedPatches } from '../../kernels/packing/packPatches.js';
import { packTokens, type PackedTokens } from '../../kernels/packing/packTokens.js';
import type { Patches } from '../../kernels/patches.js';
import { counterRandom } from '../../kernels/random.js';
import { SampleFault } from '../../kernels/sampleFault.js';
import { takePatches } from '../../kernels/takePatches.js';

/** What can be packed: the patches of a picture, or token ids. */
export type Packable = Patches | Int32Array;

/** A sequence of several samples: every packed field under its own name, and beside them these. */
export interface PackedExamples<C> {
  /** The samples in it, in the order of their tokens: example e has the segment id e + 1 in every feature. */
  readonly examples: readonly C[];
  /** `[maxExamples]`, or one an example where there is no limit: 1 for an example, 0 for a place without one. What a loss over examples multiplies with. */
  readonly exampleWeights: Float32Array;
}

/** What a field of type `F` becomes. */
export type Packed<F> = F extends Patches ? PackedPatches : PackedTokens;

export type PackedSequence<S, L, C extends keyof S> = Sample & PackedExamples<Pick<S, C>> & { readonly [F in keyof L & keyof S]: Packed<S[F]> };

export interface PackSequencesOptions<L extends Readonly<Record<string, number>>, C extends string> {
  /** The fields to pack, and the tokens of each that a sequence has room for; a sample must fit in all of them. The first decides what fits best. */
  readonly lengths: L;
  /** First fit: sequences that each lane fills at a time. Either this or `laneWindow`. */
  readonly openSequences?: number;
  /** Best fit decreasing: samples that each lane packs at a time. */
  readonly laneWindow?: number;
  /** Samples in a sequence at most, NaViT's E_max. @default no limit; then arrays over examples have another length in each sequence */
  readonly maxExamples?: number;
  /** Further fields that each example keeps, unpacked: `examples[e].text`. @default its key alone */
  readonly carry?: readonly C[];
  /** A sample with more tokens of a field than a sequence has: quarantined (`sequence-too-long`), or cut off behind its first ones; of a picture that is its lower part. @default 'refuse' */
  readonly tooLong?: 'refuse' | 'truncate';
  /** Bytes that close a lane's window early; then there is more padding. @default 64 MiB */
  readonly maxBytes?: number;
  /** @default 'packSequences' */
  readonly name?: string;
}

/**
 * Put samples of different lengths into sequences of one length, several in each, with as little padding as can be.
 *
 * ```
 *   patches of   100   60   90 | 40   30   16  200 ...         openSequences: 2
 *   sequences    [100 60 90 ..] [40 30 16 ............]        200 fits in neither: both leave, padded, and 200 begins the next two
 * ```
 *
 * *First fit* (`openSequences`): each sample goes into the first of the lane's open sequences with room for it; one that fits in none ends the window: all of them
 * leave, in order. That is NaViT's packing (arXiv 2307.06304 appendix A.3; specs/vision-language.md 2.1): at its lengths 64 open sequences have 1.2 % padding, 16
 * 3.1 %. *Best fit decreasing* (`laneWindow`): the samples of a window from the longest to the shortest, each where it leaves the least room; the sequences leave in
 * random order, since they come out by length. The fuller one with one field (0.8 % in windows of 320, as many as 64 open sequences hold; 0.3 % in 1000). With several
 * fields, or with a `maxExamples` that many short samples reach, first fit is: best fit looks at the first field alone, and its short samples come last, together.
 *
 * What is open belongs to one window and ends with it, so a sequence depends on nothing but its window, and a resume makes at most the samples of one window again
 * in each lane. Both numbers count a lane, unlike the `window` of `shuffle`, because a lane packs alone: more lanes hold more and have the same padding. A lane
 * holds about openSequences x length tokens: 64 x 256 of 768 bytes are 13 MB, of 768 floats 50 MB. So pack bytes, turn them to floats behind this stage
 * (`patchValueRange`), and take away what the trainer does not need (`dropFields`) before it.
 *
 * Out: a sample with the first one's origin and all as `members`; of each packed field `data`, `count`, `segmentIds`, `positions`, `cumulativeLengths`, `tokenWeights`,
 * of patches their rows and columns too (`kernels/packing`); `examples` and `exampleWeights`. Fields that are neither packed nor carried do not go on. Counted by name: the tokens
 * and the padding of each field.
 *
 * A sample without a token in any field is quarantined, `sequence-empty`.
 *
 * @throws UsageError when an option is out of range, or both or none of `openSequences` and `laneWindow` is given
 */
export function packSequences<const L extends Readonly<Record<string, number>>, S extends Sample & { readonly [F in keyof L]: Packable } & { readonly [F in C]: unknown }, const C extends string = never>({
  lengths,
  openSequences,
  laneWindow,
  maxExamples,
  carry = [],
  tooLong = 'refuse',
  maxBytes = 64 * 2 ** 20,
  name = 'packSequences',
}: PackSequencesOptions<L, C>): Stage<S, PackedSequence<S, L, C | 'key'>> {
  const features = Object.keys(lengths);
  if (features.length === 0) throw new UsageError(`${name}: \`lengths\` must name one field at least`);
  for (const feature of features) checkInteger(name, `lengths.${feature}`, lengths[feature], 1, 2 ** 24);
  if ((openSequences === undefined) === (laneWindow === undefined)) throw new UsageError(`${name}: give either \`openSequences\` (first fit) or \`laneWindow\` (best fit decreasing)`);
  if (openSequences !== undefined) checkInteger(name, 'openSequences', openSequences, 1);
  if (laneWindow !== undefined) checkInteger(name, 'laneWindow', laneWindow, 1);
  if (maxExamples !== undefined) checkInteger(name, 'maxExamples', maxExamples, 1);
  if (!['refuse', 'truncate'].includes(tooLong)) throw new UsageError(`${name}: \`tooLong\` must be refuse or truncate, got ${String(tooLong)}`);

  const capacities = features.map((feature) => lengths[feature] as number);
  const room = { capacities, ...(maxExamples === undefined ? {} : { maxExamples }) };
  const policy: PackingPolicy = openSequences === undefined ? { ...room, window: laneWindow as number } : { ...room, openSequences };
  /** Tokens of each field. @throws SampleFault */
  const needsOf = (sample: S): number[] => {
    const needs: number[] = [];
    let all = 0;
    for (let at = 0; at < features.length; at += 1) {
      const feature = features[at] as string;
      const capacity = capacities[at] as number;
      const count = tokensOf(sample[feature] as Packable);
      if (count > capacity && tooLong === 'refuse') throw new SampleFault('sequence-too-long', `${count} tokens of ${feature}, and a sequence has room for ${capacity}`);
      needs.push(Math.min(count, capacity));
      all += count;
    }
    if (all === 0) throw new SampleFault('sequence-empty', `no token in ${features.join(', ')}`);
    return needs;
  };
  const needsOrFault = (sample: S): number[] | SampleFault => {
    try {
      return needsOf(sample);
    } catch (error) {
      if (error instanceof SampleFault) return error;
      throw error;
    }
  };

  const carriedOf = (sample: S): Pick<S, C | 'key'> => {
    const carried: Record<string, unknown> = { key: sample.key };
    for (const field of carry) carried[field] = sample[field];
    return carried as Pick<S, C | 'key'>;
  };

  /** One sequence. */
  const sequenceOf = (samples: readonly S[]): Sample => {
    const first = samples[0] as S;
    const packed = features.map((feature, at): readonly [string, Packed<Packable>] => {
      const capacity = capacities[at] as number;
      const values = samples.map((sample) => cutTo(sample[feature] as Packable, capacity));
      return [feature, isPatches(values[0] as Packable) ? packPatches(values as Patches[], capacity, maxExamples) : packTokens(values as Int32Array[], capacity, maxExamples)];
    });
    return {
      key: samples.map(({ key }) => key).join('+'),
      origin: first.origin,
      cursor: first.cursor,
      members: samples.flatMap(membersOf),
      ...Object.fromEntries(packed),
      examples: samples.map((sample) => carriedOf(sample)),
      exampleWeights: new Float32Array(maxExamples ?? samples.length).fill(1, 0, samples.length),
    } as Sample;
  };

  return windowed<S, PackedSequence<S, L, C | 'key'>>(
    name,
    (samples, tools): Element<PackedSequence<S, L, C | 'key'>>[] => {
      const [good, needs, refused]: [S[], number[][], Element[]] = [[], [], []];
      for (const sample of samples) {
        const found = needsOrFault(sample);
        if (found instanceof SampleFault) refused.push(tools.refuse(sample, found));
        else {
          good.push(sample);
          needs.push(found);
        }
      }
      const groups = packWindow(needs, policy);
      for (const [at, feature] of features.entries()) {
        const tokens = needs.reduce((sum, counts) => sum + (counts[at] as number), 0);
        tools.tally(`${feature} tokens`, tokens);
        tools.tally(`${feature} padding`, groups.length * (capacities[at] as number) - tokens);
      }
      const sequences = (openSequences === undefined ? tools.random().shuffle(groups) : groups).map((group) => sequenceOf(group.map((place) => good[place] as S)));
      return [...sequences, ...refused] as Element<PackedSequence<S, L, C | 'key'>>[];
    },
    {
      // First fit ends a window by what is in it; its bound is reached by the shortest samples alone.
      samples: openSequences === undefined ? (laneWindow as number) : openSequences * (maxExamples ?? capacities.reduce((sum, capacity) => sum + capacity, 0)),
      maxBytes,
      ...(openSequences === undefined ? {} : { accepts: () => accepting(firstFit({ ...room, openSequences }), needsOrFault) }),
      options: { lengths, openSequences, laneWindow, maxExamples, carry, tooLong },
      predict: (samples) => {
        const needs = samples.map(needsOrFault);
        const good = needs.filter((found) => !(found instanceof SampleFault)) as number[][];
        const faults = needs.length - good.length;
        if (good.length === 0) return [`no sequence, of ${needs.length} samples, ${faults} of them refused`];
        const { sequences, examples, fill } = packingForecast(good, policy, counterRandom('explain', name));
        return [
          `about ${(examples / sequences).toFixed(2)} samples a sequence, from the lengths of ${needs.length} samples${faults === 0 ? '' : `, ${faults} of them refused`}`,
          ...features.map((feature, at) => `${feature}: ${(mean(good, at)).toFixed(1)} tokens a sample, ${percent(fill[at] as number)} full, ${percent(1 - (fill[at] as number))} padding`),
        ];
      },
    },
  );
}

/** Does the sample still fit into the open sequences? One that will be refused takes no room. */
function accepting<S>(place: (lengths: readonly number[]) => number, needsOf: (sample: S) => number[] | SampleFault): (sample: S) => boolean {
  return (sample) => {
    const needs = needsOf(sample);
    return needs instanceof SampleFault || place(needs) !== -1;
  };
}

function isPatches(value: Packable): value is Patches {
  return !(value instanceof Int32Array);
}

function tokensOf(value: Packable): number {
  return isPatches(value) ? value.count : value.length;
}

function cutTo(value: Packable, capacity: number): Packable {
  if (tokensOf(value) <= capacity) return value;
  return isPatches(value) ? takePatches(value, Array.from({ length: capacity }, (_, place) => place)) : value.subarray(0, capacity);
}

function mean(rows: readonly (readonly number[])[], column: number): number {
  return rows.reduce((sum, row) => sum + (row[column] as number), 0) / rows.length;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
