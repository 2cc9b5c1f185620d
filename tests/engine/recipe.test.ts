import test from 'ava';
import { pipeline } from '../../engine/pipeline.js';
import { choice, definePipeline, integer, isRecipe, number, optionName, parseParams, text, url } from '../../engine/recipe.js';
import { testSource } from '../helpers/testSource.js';

const source = testSource({ extents: 1, records: 1 });
const recipe = definePipeline(
  { in: url(), maxWords: integer(10, { min: 1, max: 20 }), minScore: number(0.3, { min: 0, max: 1 }), mode: choice(['fast', 'exact'], 'fast'), note: text('none'), ratio: number(1, { min: 0 }) },
  () => pipeline(source),
);

test('values come from texts, and from the defaults', (t) => {
  t.deepEqual(parseParams(recipe, { in: 'a.tar' }), { in: 'a.tar', maxWords: 10, minScore: 0.3, mode: 'fast', note: 'none', ratio: 1 });
  t.deepEqual(parseParams(recipe, { in: 'a.tar', maxWords: '5', minScore: '1e-1', mode: 'exact', note: 'x', ratio: '2.5' }), { in: 'a.tar', maxWords: 5, minScore: 0.1, mode: 'exact', note: 'x', ratio: 2.5 });
});

const wrong: readonly (readonly [given: Record<string, string>, says: string])[] = [
  [{}, 'this recipe needs --in URL'],
  [{ in: '' }, '--in must not be empty'],
  [{ in: 'a', note: '' }, '--note must not be empty'],
  [{ in: 'a', maxWords: '0' }, '--max-words must be an integer from 1 to 20, got "0"'],
  [{ in: 'a', maxWords: '21' }, '--max-words must be an integer from 1 to 20, got "21"'],
  [{ in: 'a', maxWords: '2.5' }, '--max-words must be an integer from 1 to 20, got "2.5"'],
  [{ in: 'a', maxWords: 'ten' }, '--max-words must be an integer from 1 to 20, got "ten"'],
  [{ in: 'a', maxWords: '' }, '--max-words must be an integer from 1 to 20, got ""'],
  [{ in: 'a', minScore: '1.01' }, '--min-score must be a number from 0 to 1, got "1.01"'],
  [{ in: 'a', minScore: ' ' }, '--min-score must be a number from 0 to 1, got " "'],
  [{ in: 'a', minScore: 'NaN' }, '--min-score must be a number from 0 to 1, got "NaN"'],
  [{ in: 'a', ratio: '-1' }, '--ratio must be a number from 0 up, got "-1"'],
  [{ in: 'a', mode: 'slow' }, '--mode must be one of fast, exact, got "slow"'],
  [{ in: 'a', words: '1' }, 'this recipe has no option --words; it has --in, --max-words, --min-score, --mode, --note, --ratio'],
  [{ in: 'a', constructor: '1' }, 'this recipe has no option --constructor; it has --in, --max-words, --min-score, --mode, --note, --ratio'],
];

for (const [given, says] of wrong) {
  test(`refused: ${JSON.stringify(given)}`, (t) => {
    t.throws(() => parseParams(recipe, given), { name: 'UsageError', message: says });
  });
}

test('ranges without a bound say so', (t) => {
  t.throws(() => number(undefined, { max: 3 }).parse('4', '--x'), { message: '--x must be a number up to 3, got "4"' });
  t.throws(() => integer().parse('x', '--x'), { message: '--x must be an integer, got "x"' });
  t.is(integer().parse('-12', '--x'), -12);
});

test('options are spelled with dashes', (t) => {
  t.is(optionName('maxWordsPerQuery'), '--max-words-per-query');
  t.is(optionName('in'), '--in');
});

test('a recipe builds its pipeline from values, and is known as one', (t) => {
  const built = definePipeline({ in: url() }, ({ params }) => {
    t.is(params.in, 'x');
    return pipeline(source);
  });
  t.is(built.build({ in: 'x' }).source, source);
  t.true(isRecipe(built));
  for (const other of [undefined, null, {}, { recipe: 2 }, () => {}, 'recipe']) t.false(isRecipe(other));
});
