import { UsageError } from '../../engine/errors.js';
import { originText, type Element, type Sample } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { windowed, type WindowOptions, type WindowTools } from '../../engine/windowed.js';
import { firstFit } from '../../kernels/packing/firstFit.js';
import { SampleFault } from '../../kernels/sampleFault.js';
import type { InSequence } from './dealSequences.js';
import { joinSequence, tokensOf, type Packable, type PackedSequence } from './joinSequence.js';
import { packingWindow, type PackingOptions, type PackingWindow } from './packingWindow.js';
import { judgeNeeds, sequenceNeeds, type Lengths, type SequenceNeeds, type SequenceOptions } from './sequenceNeeds.js';

interface PackOptions<L extends Lengths, C extends string> extends SequenceOptions<L> {
  /** Further fields that each example keeps, unpacked: `examples[e].text`. @default its key alone */
  readonly carry?: readonly C[];
  /** @default 'packSequences' */
  readonly name?: string;
}

export interface PackSequencesOptions<L extends Lengths, C extends string> extends PackOptions<L, C>, PackingOptions {
  /** Bytes that close a lane's window early; then there is more padding. @default 64 MiB */
  readonly maxBytes?: number;
}

export interface PackDealtOptions<L extends Lengths, C extends string> extends PackOptions<L, C> {
  /** Samples come sequence by sequence, as `dealSequences` dealt them. */
  readonly dealt: true;
  /** Bytes that would break a sequence in two; make it more than all the fields of its samples. @default 16 MiB: 256 patches of 768 floats are 0.8 MB */
  readonly maxBytes?: number;
}

type PackableSample<L, C extends string> = Sample & { readonly [F in keyof L]: Packable } & { readonly [F in C]: unknown };

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
 * 3.1 %. *Best fit decreasing* (`laneWindow`): the samples of a window from the longest to the shortest, each where it leaves the least room, of one field also two that fill the rest exactly (`exactFitDecreasing`); the sequences leave in
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
 * *Dealt*: `dealSequences` has decided who shares a sequence, before anything was decoded. The window is then one sequence, so a resume decodes no more than that again. A sample that was
 * refused on its way leaves padding; one that has more tokens than it was dealt with and finds no room is quarantined, `sequence-full`. A dealt sequence leaves when the next one begins.
 *
 * ```ts
 * pipeline(
 *   source, planTokens({ patchSize: 16, side: uniform(), range: [64, 256] }), dealSequences({ lengths, openSequences: 64 }),
 *   decodeImage(), resizeToTokens({ planned: true }), patchify({ patchSize: 16 }), packSequences({ lengths, dealt: true }),
 * );
 * ```
 *
 * @throws UsageError when an option is out of range, or not one of `openSequences`, `laneWindow` and `dealt` is given
 */
export function packSequences<const L extends Lengths, S extends PackableSample<L, C> & InSequence, const C extends string = never>(
  options: PackDealtOptions<L, C>,
): Stage<S, PackedSequence<S, L, C | 'key'>>;
export function packSequences<const L extends Lengths, S extends PackableSample<L, C>, const C extends string = never>(
  options: PackSequencesOptions<L, C>,
): Stage<S, PackedSequence<S, L, C | 'key'>>;
export function packSequences<const L extends Lengths, S extends PackableSample<L, C> & InSequence, const C extends string = never>(
  options: PackDealtOptions<L, C> | PackSequencesOptions<L, C>,
): Stage<S, PackedSequence<S, L, C | 'key'>> {
  const { lengths, maxExamples, carry = [], tooLong = 'refuse', name = 'packSequences' } = options;
  const needs = sequenceNeeds<S>(options, tokensOf, name);
  const { group, window } = 'dealt' in options ? dealtWindow(needs, options, name) : openWindow(needs, options, name);
  return windowed<S, PackedSequence<S, L, C | 'key'>>(
    name,
    (samples, tools) => {
      const { sequences, refused } = group(samples, tools);
      for (const own of sequences) tally(own, needs, tools);
      return [...sequences.map((own) => joinSequence(own, { lengths, maxExamples, carry })), ...refused] as unknown as Element<PackedSequence<S, L, C | 'key'>>[];
    },
    { ...window, options: { lengths, ...window.options, maxExamples, carry, tooLong } },
  );
}

interface Packing<S extends Sample> extends Pick<PackingWindow<S>, 'group'> {
  readonly window: WindowOptions<S>;
}

/** Sequences of whoever comes. */
function openWindow<S extends Sample>(needs: SequenceNeeds<S>, options: PackingOptions & { readonly maxBytes?: number }, name: string): Packing<S> {
  const { openSequences, laneWindow, maxBytes = 64 * 2 ** 20 } = options;
  const { group, window } = packingWindow(needs, { openSequences, laneWindow }, name);
  return {
    group: (samples, tools) => {
      const { sequences, refused } = group(samples, tools);
      return { sequences: openSequences === undefined ? tools.random().shuffle(sequences) : sequences, refused };
    },
    window: { ...window, maxBytes, options: { openSequences, laneWindow } },
  };
}

/** One sequence, whose samples `dealSequences` has chosen. */
function dealtWindow<S extends Sample & InSequence>(needs: SequenceNeeds<S>, options: { readonly maxBytes?: number }, name: string): Packing<S> {
  if ('openSequences' in options || 'laneWindow' in options) throw new UsageError(`${name}: with \`dealt\`, \`openSequences\` and \`laneWindow\` are those of dealSequences`);
  const { maxBytes = 16 * 2 ** 20 } = options;
  return {
    group: (samples, tools) => {
      const place = firstFit({ ...needs.room, openSequences: 1 });
      const fitting = (sample: S): readonly number[] | SampleFault => {
        const found = needs.of(sample);
        if (found instanceof SampleFault || place(found) !== -1) return found;
        const counts = needs.features.map((feature, at) => `${found[at]} of ${feature}`).join(', ');
        return new SampleFault('sequence-full', `its sequence has no room for its tokens (${counts}): more than it was dealt with`);
      };
      const { good, refused } = judgeNeeds(samples, fitting, tools);
      return { sequences: good.length === 0 ? [] : [good], refused };
    },
    window: {
      samples: needs.most,
      // A sequence that somebody is missing from is no full window: it ends where the next one begins.
      accepts: () => {
        let first: string | undefined;
        return ({ sequence }) => originText(sequence) === (first ??= originText(sequence));
      },
      maxBytes,
      options: { dealt: true },
    },
  };
}

/** Count the tokens of a sequence and its padding. */
function tally<S>(samples: readonly S[], { features, room, of }: SequenceNeeds<S>, tools: WindowTools): void {
  const needs = samples.map((sample) => of(sample) as readonly number[]);
  for (const [at, feature] of features.entries()) {
    const tokens = needs.reduce((sum, counts) => sum + (counts[at] as number), 0);
    tools.tally(`${feature} tokens`, tokens);
    tools.tally(`${feature} padding`, (room.capacities[at] as number) - tokens);
  }
}
