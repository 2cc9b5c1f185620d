import { chain, type Chain } from '../../engine/chain.js';
import { UsageError, messageOf } from '../../engine/errors.js';
import { perSample } from '../../engine/perSample.js';
import type { Sample } from '../../engine/sample.js';
import { stage, type Stage } from '../../engine/stage.js';
import { nearestName } from '../../kernels/nearestName.js';
import { parsePreprocess, type Section } from '../../kernels/preprocess/parsePreprocess.js';
import { registeredOps, unpublishedOps } from '../../kernels/preprocess/registeredOps.js';
import { bindArguments } from './bindArguments.js';
import { FieldNames } from './fieldNames.js';
import type { FieldType } from './fieldTypes.js';
import { preprocessOps, type Op } from './preprocessOps.js';

export interface PreprocessOptions<F extends object> {
  /** The fields that come out, as far as the stages behind need them: their names, and what they are (`fieldTypes`). Held against every sample. @default none */
  readonly gives?: { readonly [K in keyof F]: FieldType<F[K]> };
  /** The file or URL of each tokenizer that the text names: `{ c4_en: 'models/c4_en.model' }`. @default none */
  readonly tokenizers?: Readonly<Record<string, string>>;
  /** Before the names of the stages: `preprocess.resize`; of a second resize `preprocess.resize-2`. @default 'preprocess' */
  readonly name?: string;
}

/**
 * The stages of one of big_vision's preprocessing texts, so that a config can be taken over as it is (specs/vision-language.md 1.1 and 1.2):
 *
 * ```ts
 * preprocess('decode|resize(224)|flip_lr|value_range(-1,1)|onehot(1000)|keep("image","labels")', { gives: { pixels: fieldTypes.floatPicture, labels: fieldTypes.floats } })
 * ```
 * A text is data, so the compiler knows nothing of what it does to a sample: who writes it says with `gives` which fields come out. That is the type of what comes
 * out, and each sample is held against it; one that is otherwise ends the run, since the text is wrong then, not the sample. In a pipeline every operation is a
 * stage of its own, with its own draws, counts, and place in `explain`, `replay` and `inspect`.
 *
 * **Keys.** A key of the language is our field of the same name, but for two. `image` is our `image` (encoded bytes) up to `decode` and our `pixels` from there
 * on (in a text without `decode`: `pixels`). `labels` is our `label` (class numbers) up to the first operation that writes `labels`, and our `labels` from there
 * on; so `onehot(1000)` makes `labels` of `label`, and `keep("image", "labels")` keeps `pixels` and `labels`. `key`, `origin`, `cursor` and `members` are
 * Millrace's own. `keep` and `drop` leave them; the encoded `image` stays beside `pixels` until a `keep` or `drop("image")`. A key that an operation before
 * has left away is an error when the recipe is built; a sample that lacks one goes to quarantine, `field-missing`.
 *
 * **Deviations.** Draws are by (seed, stage, origin): the same laws, other numbers. Blanks behind an operation are passed over. `decode` is always precise.
 *
 * @throws UsageError that names section and column: for a text that is none, an operation that is not known (with the nearest that is) or not built, and
 * arguments that it does not take
 */
export function preprocess<F extends object = object>(text: string, { gives, tokenizers = {}, name = 'preprocess' }: PreprocessOptions<F> = {}): Chain<Sample, Sample & F> {
  const built = sectionsOf(text, name).map((section) => ({ section, op: opOf(section, name) }));
  const fields = new FieldNames(built.some(({ op, section: { named } }) => op.decodes && (named.get('key') || named.get('outkey') || 'image') === 'image'));
  const tokenizerOf = (model: string): string => {
    const file = Object.hasOwn(tokenizers, model) ? tokenizers[model] : undefined;
    if (file === undefined) throw new RangeError(`names the tokenizer ${JSON.stringify(model)}: say with \`tokenizers\` which file that is`);
    return file;
  };
  const counts = new Map<string, number>();
  const parts = built.map(({ section, op }) => {
    const count = (counts.get(section.name) ?? 0) + 1;
    counts.set(section.name, count);
    try {
      return op.build(bindArguments(section, op.parameters, op.onlyByName), fields, `${name}.${section.name}${count === 1 ? '' : `-${count}`}`, { tokenizerOf });
    } catch (error) {
      if (!(error instanceof RangeError || error instanceof UsageError)) throw error;
      throw new UsageError(`${name}: section ${section.section}, ${JSON.stringify(section.text)}: \`${section.name}\` ${messageOf(error)}`, { cause: error });
    }
  });
  const checks = gives === undefined ? [] : [checked(`${name}.gives`, text, Object.entries(gives) as [string, FieldType<unknown>][])];
  return chain<Sample, Sample & F>(name, [...parts, ...checks]);
}

function sectionsOf(text: string, name: string): Section[] {
  try {
    const sections = parsePreprocess(text);
    if (sections.length > 0) return sections;
  } catch (error) {
    throw new UsageError(`${name}: ${messageOf(error)}`, { cause: error });
  }
  throw new UsageError(`${name}: no operation in ${JSON.stringify(text)}`);
}

function opOf({ name: op, section, text }: Section, name: string): Op {
  const found = Object.hasOwn(preprocessOps, op) ? preprocessOps[op] : undefined;
  if (found !== undefined) return found;
  const where = `${name}: section ${section}, ${JSON.stringify(text)}`;
  const have = `built are ${Object.keys(preprocessOps).join(', ')}`;
  if (registeredOps.has(op)) throw new UsageError(`${where}: \`${op}\` is registered in big_vision, but not built here; ${have}`);
  if (unpublishedOps.has(op)) throw new UsageError(`${where}: \`${op}\` is named in published configs, but its code is in no open registry, so nobody can say what it does; ${have}`);
  const near = nearestName(op, [...Object.keys(preprocessOps), ...registeredOps]);
  throw new UsageError(`${where}: there is no operation \`${op}\`${near === undefined ? '' : `; did you mean \`${near}\`?`}; ${have}`);
}

function checked(name: string, text: string, types: readonly (readonly [string, FieldType<unknown>])[]): Stage<Sample, Sample> {
  return stage<Sample, Sample>({
    name,
    arity: 'one',
    options: { fields: types.map(([field, { what }]) => `${field}: ${what}`) },
    connect: (context) =>
      perSample(context, (sample) => {
        const wrong = types.find(([field, { is }]) => !is((sample as unknown as Readonly<Record<string, unknown>>)[field]));
        if (wrong !== undefined) throw new UsageError(`\`gives\` promises \`${wrong[0]}\`, ${wrong[1].what}, and ${JSON.stringify(text)} does not give that`);
        return sample;
      }),
  });
}
