import { membersOf } from '../../engine/account.js';
import type { Sample } from '../../engine/sample.js';
import { packPatches, type PackedPatches } from '../../kernels/packing/packPatches.js';
import { packTokens, type PackedTokens } from '../../kernels/packing/packTokens.js';
import type { Patches } from '../../kernels/patches.js';
import { takePatches } from '../../kernels/takePatches.js';

/** What can be packed: the patches of a picture, or token ids. */
export type Packable = Patches | Int32Array;

/** What a field of type `F` becomes. */
export type Packed<F> = F extends Patches ? PackedPatches : PackedTokens;

/** A sequence of several samples: every packed field under its own name, and beside them these. */
export interface PackedExamples<C> {
  /** The samples in it, in the order of their tokens: example e has the segment id e + 1 in every feature. */
  readonly examples: readonly C[];
  /** `[maxExamples]`, or one an example where there is no limit: 1 for an example, 0 for a place without one. What a loss over examples multiplies with. */
  readonly exampleWeights: Float32Array;
}

export type PackedSequence<S, L, C extends keyof S> = Sample & PackedExamples<Pick<S, C>> & { readonly [F in keyof L & keyof S]: Packed<S[F]> };

export interface JoinOptions {
  readonly lengths: Readonly<Record<string, number>>;
  readonly maxExamples: number | undefined;
  /** Further fields of each example. */
  readonly carry: readonly string[];
}

/** One sample of several: who they are, their packed fields, and what of them is carried. Tokens over a sequence's length are cut off. */
export function joinSequence(samples: readonly Sample[], { lengths, maxExamples, carry }: JoinOptions): Sample & PackedExamples<object> {
  const first = samples[0] as Sample;
  const packed = Object.entries(lengths).map(([feature, capacity]): readonly [string, Packed<Packable>] => {
    const values = samples.map((sample) => cutTo(fieldOf(sample, feature) as Packable, capacity));
    return [feature, isPatches(values[0] as Packable) ? packPatches(values as Patches[], capacity, maxExamples) : packTokens(values as Int32Array[], capacity, maxExamples)];
  });
  return {
    key: samples.map(({ key }) => key).join('+'),
    origin: first.origin,
    cursor: first.cursor,
    members: samples.flatMap(membersOf),
    ...Object.fromEntries(packed),
    examples: samples.map((sample) => Object.fromEntries(['key', ...carry].map((field) => [field, fieldOf(sample, field)]))),
    exampleWeights: new Float32Array(maxExamples ?? samples.length).fill(1, 0, samples.length),
  };
}

/** Tokens of a field. */
export function tokensOf(sample: Sample, feature: string): number {
  return lengthOf(fieldOf(sample, feature) as Packable);
}

function fieldOf(sample: Sample, field: string): unknown {
  return (sample as unknown as Readonly<Record<string, unknown>>)[field];
}

function isPatches(value: Packable): value is Patches {
  return !(value instanceof Int32Array);
}

function lengthOf(value: Packable): number {
  return isPatches(value) ? value.count : value.length;
}

function cutTo(value: Packable, capacity: number): Packable {
  if (lengthOf(value) <= capacity) return value;
  return isPatches(value) ? takePatches(value, Array.from({ length: capacity }, (_, place) => place)) : value.subarray(0, capacity);
}
