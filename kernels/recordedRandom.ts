import type { Random } from './random.js';

/** One call of a method of `Random`: what was asked for and what came. Of values to choose from it keeps their number and places only. */
export interface Draw {
  readonly method: keyof Random;
  /** As given; for an array the number of its elements. */
  readonly args: readonly number[];
  /** Of `choice` and `weighted` the place of the value, from 0; of `shuffle` for each place the one that its value came from. */
  readonly result: number | boolean | readonly number[];
  /** Of `choice` and `weighted`: the value, where it is a number, a text or a boolean. */
  readonly value?: number | string | boolean;
}

/**
 * The same random stream, number for number and error for error; each call is told to `log` after it. What a method draws inside itself is part
 * of its own call.
 */
export function recordedRandom(random: Random, log: (draw: Draw) => void): Random {
  const told = <R extends Draw['result']>(method: keyof Random, args: readonly number[], result: R): R => {
    log({ method, args, result });
    return result;
  };
  const chosen = <T>(method: keyof Random, values: readonly T[], args: readonly number[], place: number): T => {
    const value = values[place] as T;
    log({ method, args, result: place, ...(isPlain(value) ? { value } : {}) });
    return value;
  };
  // Which place comes does not depend on what stands there, so the places are drawn.
  return {
    bits32: () => told('bits32', [], random.bits32()),
    uniform: () => told('uniform', [], random.uniform()),
    uniform32: () => told('uniform32', [], random.uniform32()),
    integer: (lo, hi) => told('integer', [lo, hi], random.integer(lo, hi)),
    range: (a, b) => told('range', [a, b], random.range(a, b)),
    choice: (values) => chosen('choice', values, [values.length], random.choice(placesOf(values))),
    weighted: (values, weights) => chosen('weighted', values, [values.length, weights.length], random.weighted(placesOf(values), weights)),
    shuffle: <T>(values: readonly T[]) => told('shuffle', [values.length], random.shuffle(placesOf(values))).map((place) => values[place] as T),
    bernoulli: (p) => told('bernoulli', [p], random.bernoulli(p)),
    normal: () => told('normal', [], random.normal()),
  };
}

function placesOf(values: readonly unknown[]): number[] {
  return values.map((_, place) => place);
}

function isPlain(value: unknown): value is number | string | boolean {
  return ['number', 'string', 'boolean'].includes(typeof value);
}
