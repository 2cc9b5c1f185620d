import { Command as Parser, CommanderError, Option } from 'commander';
import { messageOf, UsageError } from '../engine/errors.js';
import { loadRecipe, type LoadedRecipe } from '../engine/loadRecipe.js';
import { optionName, parseParams } from '../engine/recipe.js';
import type { Pipeline } from '../engine/pipeline.js';
import { ModelError } from '../models/modelError.js';
import type { Io } from './io.js';

/** Thrown when commander has printed help: there is nothing more to do. */
export class HelpShown extends Error {}

/** A parser whose errors are UsageErrors and whose help goes to stdout. */
export function parser(name: string, summary: string, examples: readonly string[], io: Io): Parser {
  return new Parser(`millrace ${name}`)
    .description(summary)
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text.replace(/\n$/, '')), writeErr: () => {} })
    .showSuggestionAfterError(true)
    .addHelpText('after', `\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}`);
}

/** @throws UsageError for what commander refuses, HelpShown after `--help` */
export function parse(command: Parser, args: readonly string[]): void {
  try {
    command.parse([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed' || error.code === 'commander.help') throw new HelpShown();
    const hint = error.code === 'commander.excessArguments' ? '; a pattern with * or { belongs in quotes, or the shell expands it' : '';
    throw new UsageError(`${error.message.replace(/^error: /, '').replaceAll('\n', ' ').replace(/\.$/, '')}${hint}. See: ${command.name()} --help`);
  }
}

export interface RecipeArgs {
  readonly loaded: LoadedRecipe;
  /** The recipe's parameters as given. */
  readonly params: Readonly<Record<string, string | undefined>>;
  build(): Pipeline;
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * Parse `RECIPE [options]`: the options of the command and, once the recipe is loaded, those of the recipe. So `--help` behind a recipe shows
 * both, and a misspelt option is refused with the nearest right one.
 *
 * @param shared options of the command that a recipe may have as parameters too: the recipe is given the same value, or this one where there is none
 */
export async function parseRecipeArgs(command: Parser, args: readonly string[], shared: Readonly<Record<string, string>> = {}): Promise<RecipeArgs> {
  command.argument('<recipe>', 'a pipeline file, such as pipelines/owl-st.ts');
  const path = firstPositional(command, args);
  if (path === undefined) {
    command.addHelpText('after', '\nWith a recipe before --help, its own options are shown too.');
    parse(command, args);
    throw new UsageError(`which recipe? See: ${command.name()} --help`);
  }
  const loaded = await loadRecipe(path);
  const names = Object.keys(loaded.recipe.params);
  const own = names.filter((name) => !Object.hasOwn(shared, name));
  for (const name of own) {
    const param = loaded.recipe.params[name] as LoadedRecipe['recipe']['params'][string];
    const fallback = param.default === undefined ? '' : `(default: ${JSON.stringify(param.default)})`;
    const option = new Option(`${optionName(name)} <${param.kind}>`, `${param.about} ${fallback}`.trim());
    option.helpGroup(`Options of ${path}:`);
    try {
      command.addOption(option);
    } catch (cause) {
      throw new UsageError(`the recipe ${path} cannot have a parameter \`${name}\`: ${command.name()} has an option ${optionName(name)} of its own`, { cause });
    }
  }
  parse(command, args);
  const all = command.opts<Record<string, unknown>>();
  const given = { ...shared, ...all };
  const params = Object.fromEntries(names.flatMap((name) => (typeof given[name] === 'string' ? [[name, given[name]]] : [])));
  const options = Object.fromEntries(Object.entries(all).filter(([name]) => !own.includes(name)));
  return { loaded, params, options, build };

  function build(): Pipeline {
    const values = parseParams(loaded.recipe, params);
    try {
      return loaded.recipe.build(values);
    } catch (cause) {
      if (cause instanceof UsageError || cause instanceof ModelError) throw cause;
      throw new UsageError(`the recipe ${path} fails while it is built: ${messageOf(cause)}`, { cause });
    }
  }
}

/** The first argument that is neither an option nor an option's value. */
export function firstPositional(command: Parser, args: readonly string[]): string | undefined {
  const takesValue = new Map(command.options.map((option) => [option.long, option.required || option.optional]));
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] as string;
    if (!arg.startsWith('-')) return arg;
    if (!arg.includes('=') && takesValue.get(arg) === true) at += 1;
  }
  return undefined;
}
