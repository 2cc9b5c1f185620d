import { checkInteger } from '../../engine/check.js';
import { UsageError } from '../../engine/errors.js';
import type { Sample, Tombstone } from '../../engine/sample.js';
import type { WindowOptions, WindowTools } from '../../engine/windowed.js';
import { firstFit } from '../../kernels/packing/firstFit.js';
import { packingForecast, packWindow, type PackingPolicy } from '../../kernels/packing/packingForecast.js';
import { counterRandom } from '../../kernels/random.js';
import { SampleFault } from '../../kernels/sampleFault.js';
import { judgeNeeds, type SequenceNeeds } from './sequenceNeeds.js';

/** Which samples are looked at together, and how they are put into sequences. */
export interface PackingOptions {
  /** First fit: sequences that each lane fills at a time. Either this or `laneWindow`. */
  readonly openSequences?: number;
  /** Best fit decreasing: samples that each lane packs at a time. */
  readonly laneWindow?: number;
}

export interface PackingWindow<S extends Sample> {
  /** Which samples of a window share a sequence, in the order in which the sequences were begun, and tombstones of those that can be in none. */
  readonly group: (samples: readonly S[], tools: WindowTools) => { readonly sequences: readonly (readonly S[])[]; readonly refused: readonly Tombstone[] };
  /** When a window is full, and what it expects of samples. */
  readonly window: Pick<WindowOptions<S>, 'samples' | 'accepts' | 'predict'>;
}

/** Windows of samples that are packed together: what `packSequences` and `dealSequences` share. @throws UsageError when an option is out of range, or both or none is given */
export function packingWindow<S extends Sample>(needs: SequenceNeeds<S>, { openSequences, laneWindow }: PackingOptions, name: string): PackingWindow<S> {
  if ((openSequences === undefined) === (laneWindow === undefined)) throw new UsageError(`${name}: give either \`openSequences\` (first fit) or \`laneWindow\` (best fit decreasing)`);
  if (openSequences !== undefined) checkInteger(name, 'openSequences', openSequences, 1);
  if (laneWindow !== undefined) checkInteger(name, 'laneWindow', laneWindow, 1);
  const policy: PackingPolicy = openSequences === undefined ? { ...needs.room, window: laneWindow as number } : { ...needs.room, openSequences };
  return {
    group: (samples, tools) => {
      const { good, needs: lengths, refused } = judgeNeeds(samples, needs.of, tools);
      return { sequences: packWindow(lengths, policy).map((places) => places.map((place) => good[place] as S)), refused };
    },
    window: {
      predict: (samples) => expectation(samples.map(needs.of), needs.features, policy, name),
      ...(openSequences === undefined
        ? { samples: laneWindow as number }
        : // First fit ends a window by what is in it; its bound is reached by the shortest samples alone.
          { samples: openSequences * needs.most, accepts: () => accepting(firstFit({ ...needs.room, openSequences }), needs.of) }),
    },
  };
}

/** Does the sample still fit into the open sequences? One that will be refused takes no room. */
function accepting<S>(place: (lengths: readonly number[]) => number, needsOf: SequenceNeeds<S>['of']): (sample: S) => boolean {
  return (sample) => {
    const needs = needsOf(sample);
    return needs instanceof SampleFault || place(needs) !== -1;
  };
}

function expectation(needs: readonly (readonly number[] | SampleFault)[], features: readonly string[], policy: PackingPolicy, name: string): string[] {
  const good = needs.filter((found): found is readonly number[] => !(found instanceof SampleFault));
  const faults = needs.length - good.length;
  if (good.length === 0) return [`no sequence, of ${needs.length} samples, ${faults} of them refused`];
  const { sequences, examples, fill } = packingForecast(good, policy, counterRandom('explain', name));
  return [
    `about ${(examples / sequences).toFixed(2)} samples a sequence, from the lengths of ${needs.length} samples${faults === 0 ? '' : `, ${faults} of them refused`}`,
    ...features.map((feature, at) => `${feature}: ${mean(good, at).toFixed(1)} tokens a sample, ${percent(fill[at] as number)} full, ${percent(1 - (fill[at] as number))} padding`),
  ];
}

function mean(rows: readonly (readonly number[])[], column: number): number {
  return rows.reduce((sum, row) => sum + (row[column] as number), 0) / rows.length;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
