import type { Random } from './random.js';
import { SampleFault } from './sampleFault.js';

/** `single`: one, whose axis falls away; a number: so many; two numbers: from as many to as many, both included. */
export type ChoiceCount = 'single' | number | readonly [min: number, max: number];

/**
 * Places 0 to `length` - 1 drawn without replacement, all sets equally likely, in their order: those of big_vision's `choice` (specs/vision-language.md 1.2).
 *
 * @param fewerOk take them all where there are fewer than asked for
 * @throws SampleFault `too-few-to-choose` where there are fewer
 */
export function drawPlaces(length: number, count: ChoiceCount, fewerOk: boolean, random: Random): number[] {
  const wanted = count === 'single' ? 1 : typeof count === 'number' ? count : random.integer(count[0], count[1]);
  if (length < wanted && !(fewerOk && count !== 'single')) throw new SampleFault('too-few-to-choose', `${wanted} of ${length} cannot be chosen`);
  return random.shuffle(Array.from({ length }, (_, place) => place)).slice(0, wanted).toSorted((a, b) => a - b);
}
