import { withFields, type Element, type Origin, type Sample, type With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { windowed } from '../../engine/windowed.js';
import type { Planned } from '../image/planTokens.js';
import { packingWindow, type PackingOptions } from './packingWindow.js';
import { sequenceNeeds, type Lengths, type SequenceOptions } from './sequenceNeeds.js';

/** What `dealSequences` adds. */
export interface InSequence {
  /** Who stands first in the sequence that a sample goes to: it names the sequence. */
  readonly sequence: Origin;
}

/** What it counts: of `patches` those that are planned, of other fields the ids. */
export type Countable<L> = { readonly [F in keyof L as F extends 'patches' ? never : F]: Int32Array } & ('patches' extends keyof L ? Planned : unknown);

export interface DealSequencesOptions<L extends Lengths> extends SequenceOptions<L>, PackingOptions {
  /** Bytes that close a lane's window early; then there is more padding. @default 64 MiB */
  readonly maxBytes?: number;
  /** The stage's name, where it stands more than once in a pipeline. @default 'dealSequences' */
  readonly name?: string;
}

/**
 * Deal samples to the sequences that `packSequences({ dealt: true })` will make of them, while their pictures are still encoded: adds `sequence`.
 *
 * ```
 *   planned tokens  a 100   b 200   c 60   d 90   e 40 ...        a lane fills several sequences at a time
 *   leave           (b e ..) (a c d ..)                           sequence by sequence, in random order
 * ```
 *
 * `packSequences` alone packs just as well, and its window holds what it packs; a resume makes that window again. With 64 open sequences of NaViT's lengths those are 315 pictures in
 * each lane to decode before the first batch. Here they are 315 encoded ones to read, at about 110 kB each 35 MB a lane, and one sequence at most is decoded again.
 *
 * Tokens of `patches` are those of `tokenPlan` (`planTokens`), of any other field the length of its array. First fit and best fit decreasing, and what is refused, are those of
 * `packSequences`; give both stages the same `lengths`, `maxExamples` and `tooLong`. The sequences of a window leave in random order, whatever dealt them: best fit makes them by
 * length, and first fit leaves the last ones emptier. Samples that are refused leave behind them.
 *
 * @throws UsageError when an option is out of range, or both or none of `openSequences` and `laneWindow` is given
 */
export function dealSequences<const L extends Lengths, S extends Sample & Countable<L>>(
  options: DealSequencesOptions<L>,
): Stage<S, With<S, InSequence> & Sample> {
  const { lengths, maxExamples, tooLong = 'refuse', openSequences, laneWindow, maxBytes = 64 * 2 ** 20, name = 'dealSequences' } = options;
  const needs = sequenceNeeds<S>(options, plannedTokens, name);
  const { group, window } = packingWindow(needs, options, name);
  return windowed<S, With<S, InSequence> & Sample>(
    name,
    (samples, tools) => {
      const { sequences, refused } = group(samples, tools);
      const dealt = tools.random().shuffle(sequences).flatMap((own) => own.map((sample) => withFields(sample, { sequence: (own[0] as S).origin })));
      return [...dealt, ...refused] as unknown as Element<With<S, InSequence> & Sample>[];
    },
    { ...window, maxBytes, options: { lengths, openSequences, laneWindow, maxExamples, tooLong } },
  );
}

function plannedTokens(sample: Sample, feature: string): number {
  const { tokenPlan, [feature]: ids } = sample as unknown as Planned & Readonly<Record<string, Int32Array>>;
  return feature === 'patches' ? tokenPlan.kept : (ids as Int32Array).length;
}
