import test from 'ava';
import { expandBraces } from '../../storage/expandBraces.js';
import { StoreError } from '../../storage/objectStore.js';

// Each line was compared with bash 5: `printf '%s ' PATTERN`.
const cases: readonly (readonly [string, string])[] = [
  ['plain', 'plain'],
  ['a{b,c}d', 'abd acd'],
  ['{8..11}', '8 9 10 11'],
  ['{008..11}', '008 009 010 011'],
  ['{08..011}', '008 009 010 011'],
  ['x{3..1}', 'x3 x2 x1'],
  ['{003..001}', '003 002 001'],
  ['{-1..1}', '-1 0 1'],
  ['{-01..1}', '-01 000 001'],
  ['{0..8..3}', '0 3 6'],
  ['{8..0..3}', '8 5 2'],
  ['{0..8..-3}', '0 3 6'],
  ['{1..3..0}', '1 2 3'],
  ['{5..5}', '5'],
  ['{a..d}', 'a b c d'],
  ['{d..a..2}', 'd b'],
  ['{a,b}{1,2}', 'a1 a2 b1 b2'],
  ['{a,b{1..3},{c,d}e}', 'a b1 b2 b3 ce de'],
  ['{a,}x', 'ax x'],
  ['{a,b', '{a,b'],
  ['a,b}', 'a,b}'],
  ['{}', '{}'],
  ['{x}', '{x}'],
  ['{0..}', '{0..}'],
  ['{a{b,c}}', '{ab} {ac}'],
  ['{x,{a,b}', '{x,a {x,b'],
  ['{a,b}}', 'a} b}'],
  ['{1..a}', '{1..a}'],
  ['{1.5..2}', '{1.5..2}'],
];

for (const [pattern, expected] of cases) {
  test(`${pattern} -> ${expected}`, (t) => t.deepEqual(expandBraces(pattern), expected.split(' ')));
}

test('${NAME} stays, with the braces around and in it', (t) => {
  t.deepEqual(expandBraces('${A}/{0..1}'), ['${A}/0', '${A}/1']);
  t.deepEqual(expandBraces('${A,B}'), ['${A,B}']);
  t.deepEqual(expandBraces('{${A,B},c}'), ['${A,B}', 'c']);
});

test('a shard list of a real size', (t) => {
  const names = expandBraces('s3://web/{000000..012345}.tar');
  t.is(names.length, 12_346);
  t.is(names[0], 's3://web/000000.tar');
  t.is(names.at(-1), 's3://web/012345.tar');
});

test('a million names at most, refused before they are made', (t) => {
  t.is(expandBraces('{1..1000}{1..1000}').length, 1_000_000);
  for (const pattern of ['{0..1000000}', '{1..999999999999}', '{0..9}'.repeat(40), '{a,b}'.repeat(2000)]) {
    const error = t.throws(() => expandBraces(pattern), { instanceOf: StoreError });
    t.is(error?.code, 'bad-url');
  }
  t.throws(() => expandBraces('{0..1000000}'), { message: '{0..1000000} means 1000001 names, more than the limit of 1000000; check the ranges' });
});
