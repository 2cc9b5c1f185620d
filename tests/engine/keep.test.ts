import test from 'ava';
import { keep } from '../../engine/keep.js';
import { isTombstone } from '../../engine/sample.js';
import { SampleFault } from '../../kernels/sampleFault.js';
import { marbles, sampleOf, through, watch, type Letter } from '../helpers/marbles.js';

const vowels = () => keep<Letter>('is a vowel', ({ letter }) => 'aeiou'.includes(letter));

test('what is not kept flows on as a tombstone in the same turn', (t) => {
  marbles(t, ({ expect }) => {
    expect('a-b-(cde)-|', through(vowels()), 'a-B-(CDe)-|');
    expect('-F-g-|', through(vowels()), '-F-G-|');
    expect('|', through(vowels()), '|');
  });
});

test('a tombstone carries the cursor of its sample and says which stage and why', (t) => {
  const { push, elements } = watch(through(keep<Letter>('is a vowel', () => false, { name: 'onlyVowels' })));
  push('b');
  const [element] = elements;
  if (element === undefined || !isTombstone(element)) return t.fail();
  const { origin, cursor } = sampleOf('b');
  t.deepEqual(element, { origin, cursor, dropped: [{ stage: 'onlyVowels', reason: 'is a vowel', kind: 'filtered', origin, key: 'b', count: 1 }] });
});

test('a predicate may refuse a sample, and may fail', (t) => {
  const faulty = keep<Letter>('fine', () => {
    throw new SampleFault('test-bad', 'bad');
  });
  const broken = keep<Letter>('fine', () => {
    throw new Error('boom');
  });
  marbles(t, ({ expect }) => {
    expect('a|', through(faulty), 'A|');
    expect('-a|', through(broken), '-#', undefined, 'StageError: keep at marbles#0 (key a): boom');
  });
});
