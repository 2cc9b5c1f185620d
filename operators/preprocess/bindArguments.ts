import { nearestName } from '../../kernels/nearestName.js';
import type { Call, Literal } from '../../kernels/preprocess/pythonCall.js';

/** An argument of an operation: how a literal becomes its value. */
export interface Argument<T> {
  /** What is expected, in words. */
  readonly what: string;
  /** The value; undefined: the literal is none. */
  read(literal: Literal): readonly [value: T] | undefined;
  /** Where it may be left away. */
  readonly fallback?: readonly [value: T];
}

/** By name, in the order of their positions. One called `...name` takes all positions from there on, as a list. */
export type Arguments = Readonly<Record<string, Argument<unknown>>>;
export type ArgumentValues<A extends Arguments> = { readonly [K in keyof A]: A[K] extends Argument<infer T> ? T : never };

const when = <T>(what: string, is: (literal: Literal) => boolean): Argument<T> => ({ what, read: (literal) => (is(literal) ? [literal as unknown as T] : undefined) });
const isInteger = (literal: Literal): boolean => Number.isSafeInteger(literal);
const isText = (literal: Literal): boolean => typeof literal === 'string';
const areAll = (literal: Literal, is: (entry: Literal) => boolean): boolean => Array.isArray(literal) && literal.every(is);

export const integer = when<number>('a whole number', isInteger);
export const number = when<number>('a number', (literal) => typeof literal === 'number');
export const flag = when<boolean>('True or False', (literal) => typeof literal === 'boolean');
export const text = when<string>('a text', isText);
export const texts = when<readonly [string, ...string[]]>('a list of texts', (literal) => areAll(literal, isText) && (literal as readonly Literal[]).length > 0);
export const textOrTexts = when<string | readonly string[]>('a text or a list of texts', (literal) => isText(literal) || areAll(literal, isText));
export const scalar = when<number | string | boolean>('a number, a text, True or False', (literal) => ['number', 'string', 'boolean'].includes(typeof literal));
/** One for all channels, or one a channel. */
export const numbers = when<number | readonly number[]>('a number or a list of numbers', (literal) => typeof literal === 'number' || areAll(literal, (entry) => typeof entry === 'number'));
export const size = when<number | readonly [height: number, width: number]>('a side, or (height, width)', (literal) => isInteger(literal) || (areAll(literal, isInteger) && (literal as readonly Literal[]).length === 2));
export const shape = when<readonly (number | null)[]>('a list of whole numbers and None', (literal) => areAll(literal, (entry) => entry === null || isInteger(entry)));

export function oneOf<const T extends string>(...words: readonly T[]): Argument<T> {
  return when(words.map((word) => `"${word}"`).join(', '), (literal) => (words as readonly Literal[]).includes(literal));
}

/** May be left away. */
export function or<T, const F extends T>({ what, read }: Argument<T>, fallback: F): Argument<T> {
  return { what, read, fallback: [fallback] };
}

/** May be left away or None: undefined then. */
export function optional<T>({ what, read }: Argument<T>): Argument<T | undefined> {
  return { what: `${what}, or None`, read: (literal) => (literal === null ? [undefined] : read(literal)), fallback: [undefined] };
}

/**
 * The values of an operation's arguments, as Python binds them.
 *
 * @param onlyByName arguments without a position
 * @throws RangeError that says what is wrong
 */
export function bindArguments({ args, named }: Pick<Call, 'args' | 'named'>, byPosition: Arguments, onlyByName: Arguments = {}): Readonly<Record<string, unknown>> {
  const parameters = { ...byPosition, ...onlyByName };
  const names = Object.keys(parameters);
  const rest = names.find((name) => name.startsWith('...'));
  const positions = Object.keys(byPosition).filter((name) => name !== rest);
  if (rest === undefined && args.length > positions.length) throw new RangeError(`takes ${positions.length === 0 ? 'no arguments' : `${positions.length} at most (${positions.join(', ')})`}, got ${args.length}`);
  const given = new Map<string, Literal>(args.slice(0, positions.length).map((literal, place) => [positions[place] as string, literal]));
  for (const [name, literal] of named) {
    if (!names.includes(name) || name === rest) {
      const near = nearestName(name, names);
      throw new RangeError(`has no argument \`${name}\`${near === undefined ? '' : `; did you mean \`${near}\`?`}${names.length === 0 ? '' : `; it has ${names.join(', ')}`}`);
    }
    if (given.has(name)) throw new RangeError(`got \`${name}\` twice, by its position and by its name`);
    given.set(name, literal);
  }
  return Object.fromEntries(names.map((name) => [name, name === rest ? args.slice(positions.length).map((literal) => valueOf(name.slice(3), literal, parameters[name] as Argument<unknown>)) : valueOf(name, given.get(name), parameters[name] as Argument<unknown>)]));
}

function valueOf(name: string, literal: Literal | undefined, { what, read, fallback }: Argument<unknown>): unknown {
  if (literal === undefined) {
    if (fallback === undefined) throw new RangeError(`needs \`${name}\`: ${what}`);
    return fallback[0];
  }
  const value = read(literal);
  if (value === undefined) throw new RangeError(`\`${name}\` must be ${what}, got ${literalText(literal)}`);
  return value[0];
}

/** As Python writes it. */
function literalText(literal: Literal): string {
  if (literal === null) return 'None';
  if (typeof literal === 'boolean') return literal ? 'True' : 'False';
  if (literal instanceof Map) return `{${[...literal].map(([key, value]) => `${literalText(key)}: ${literalText(value)}`).join(', ')}}`;
  return Array.isArray(literal) ? `[${literal.map(literalText).join(', ')}]` : JSON.stringify(literal);
}
