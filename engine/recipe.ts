import { UsageError } from './errors.js';
import type { Pipeline } from './pipeline.js';

/** One parameter of a recipe: `--max-words 5` on the command line, `params.maxWords` in the recipe. */
export interface Param<T> {
  readonly kind: string;
  /** undefined: the parameter must be given. */
  readonly default: T | undefined;
  readonly about: string;
  /** @throws UsageError that says what is expected */
  parse(text: string, option: string): T;
}

export type Params = Readonly<Record<string, Param<unknown>>>;

/** The values of a recipe's parameters. */
export type ParamValues<P extends Params> = { readonly [K in keyof P]: P[K] extends Param<infer T> ? T : never };

export interface RecipeOptions {
  /** Lanes of a streaming run. Fixed in the recipe: the order of samples depends on it. @default 16 */
  readonly lanes?: number;
}

/** A recipe: typed parameters, and how they become a pipeline. The default export of a pipeline file. */
export interface Recipe<P extends Params = Params> {
  readonly recipe: 1;
  readonly params: P;
  readonly options: RecipeOptions;
  build(values: ParamValues<P>): Pipeline;
}

/**
 * Define a recipe. Parameters come from the command line (`--min-score 0.2`) or from code (`recipe.build({ ... })`).
 *
 * ```ts
 * export default definePipeline({ in: url(), out: url() }, ({ params }) => pipeline(
 *   readTar(params.in, { fields }),
 *   writeTar(params.out, { fields }),
 * ));
 * ```
 */
export function definePipeline<const P extends Params>(
  params: P,
  build: (tools: { readonly params: ParamValues<P> }) => Pipeline,
  options: RecipeOptions = {},
): Recipe<P> {
  return { recipe: 1, params, options, build: (values) => build({ params: values }) };
}

export function isRecipe(value: unknown): value is Recipe {
  return typeof value === 'object' && value !== null && (value as { recipe?: unknown }).recipe === 1;
}

/** A place in storage: a path, a URL, a list of them. */
export function url(fallback?: string, about = ''): Param<string> {
  return text(fallback, about, 'URL');
}

export function text(fallback?: string, about = '', kind = 'TEXT'): Param<string> {
  return {
    kind,
    default: fallback,
    about,
    parse: (given, option) => {
      if (given === '') throw new UsageError(`${option} must not be empty`);
      return given;
    },
  };
}

export interface NumberRange {
  readonly min?: number;
  readonly max?: number;
}

export function number(fallback?: number, { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: NumberRange = {}, about = ''): Param<number> {
  return {
    kind: 'NUMBER',
    default: fallback,
    about,
    parse: (given, option) => {
      const value = Number(given);
      if (given.trim() === '' || !(value >= min && value <= max)) throw new UsageError(`${option} must be a number${rangeText(min, max)}, got ${JSON.stringify(given)}`);
      return value;
    },
  };
}

export function integer(fallback?: number, { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER }: NumberRange = {}, about = ''): Param<number> {
  return {
    kind: 'INTEGER',
    default: fallback,
    about,
    parse: (given, option) => {
      const value = Number(given);
      if (!/^-?\d+$/.test(given) || !(value >= min && value <= max)) throw new UsageError(`${option} must be an integer${rangeText(min, max)}, got ${JSON.stringify(given)}`);
      return value;
    },
  };
}

export function choice<const C extends string>(choices: readonly C[], fallback?: C, about = ''): Param<C> {
  return {
    kind: choices.join('|'),
    default: fallback,
    about,
    parse: (given, option) => {
      const found = choices.find((entry) => entry === given);
      if (found === undefined) throw new UsageError(`${option} must be one of ${choices.join(', ')}, got ${JSON.stringify(given)}`);
      return found;
    },
  };
}

function rangeText(min: number, max: number): string {
  const low = min > Number.MIN_SAFE_INTEGER;
  const high = max < Number.MAX_SAFE_INTEGER;
  if (low && high) return ` from ${min} to ${max}`;
  if (low) return ` from ${min} up`;
  return high ? ` up to ${max}` : '';
}

/** `maxWords` as it stands on the command line: `--max-words`. */
export function optionName(param: string): string {
  return `--${param.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The values of a recipe's parameters from texts. @throws UsageError for one that is missing, unknown or out of range */
export function parseParams<P extends Params>(recipe: Recipe<P>, given: Readonly<Record<string, string | undefined>>): ParamValues<P> {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(recipe.params, name)) throw new UsageError(`this recipe has no option ${optionName(name)}; it has ${Object.keys(recipe.params).map(optionName).join(', ')}`);
  }
  const values = Object.entries(recipe.params).map(([name, param]) => {
    const words = given[name];
    if (words !== undefined) return [name, param.parse(words, optionName(name))];
    if (param.default === undefined) throw new UsageError(`this recipe needs ${optionName(name)} ${param.kind}`);
    return [name, param.default];
  });
  return Object.fromEntries(values) as ParamValues<P>;
}
