import test from 'ava';
import { bufferCount, concatMap, debounceTime, delay, distinct, filter, first, from, map, mergeMap, of, pairwise, scan, skip, take, takeLast, tap, toArray, type OperatorFunction } from 'rxjs';
import { guard } from '../../engine/guard.js';
import { isTombstone, type Sample } from '../../engine/sample.js';
import { looseContext } from '../../engine/stage.js';
import { SampleFault } from '../../kernels/sampleFault.js';
import { marbles, settled, watch, type Letter } from '../helpers/marbles.js';

/** Any operator on letters, guarded under the name that the pipeline gives it. */
const guarded = (operator: OperatorFunction<Letter, unknown>) => guard(operator as OperatorFunction<Sample, Sample>, looseContext('rxjs#2'));
const isVowel = ({ letter }: Letter): boolean => 'aeiou'.includes(letter);

test('map, filter, tap and synchronous one-to-one operators pass; what is filtered becomes a tombstone', (t) => {
  marbles(t, ({ expect }) => {
    expect('-a-b-C-(de)-|', guarded(map((sample) => ({ ...sample, key: `${sample.letter}!` }))), '-x-y-C-(zw)-|', { x: 'a!', y: 'b!', C: 'C', z: 'd!', w: 'e!' });
    expect('-a-b-C-(de)-|', guarded(filter(isVowel)), '-a-B-C-(De)-|');
    expect('-a-b-|', guarded(tap(() => {})), '-a-b-|');
    expect('-a-b-|', guarded(concatMap((sample) => of(sample))), '-a-b-|');
    expect('-a-b-|', guarded(mergeMap((sample) => (isVowel(sample) ? [sample] : []))), '-a-B-|');
    expect('-|', guarded(filter(isVowel)), '-|');
  });
});

test('a tombstone of the guard says who', (t) => {
  const { push, elements } = watch(guarded(filter(isVowel)));
  push('b');
  const [element] = elements;
  t.true(element !== undefined && isTombstone(element));
  t.like((element as unknown as { dropped: object[] }).dropped[0], { stage: 'rxjs#2', reason: 'not passed on', kind: 'filtered', key: 'b' });
});

const counter = (sample: Letter, index: number): object => ({ ...sample, index });
const add = (sum: Letter, sample: Letter): Letter => ({ ...sample, letter: sum.letter + sample.letter });

const refusals: readonly (readonly [name: string, operator: () => OperatorFunction<Letter, unknown>, says: RegExp])[] = [
  ['bufferCount', () => bufferCount(2), /holds samples back .*use windowed or batch/],
  ['toArray', () => toArray(), /holds samples back .*use windowed or batch/],
  ['takeLast', () => takeLast(1), /holds samples back .*use windowed or batch/],
  ['debounceTime', () => debounceTime(1), /use windowed or batch/],
  ['pairwise', () => pairwise(), /collects samples into arrays .*use windowed or batch/],
  ['bufferCount(1)', () => bufferCount(1), /collects samples into arrays .*use windowed or batch/],
  ['scan', () => scan(add), /depends on earlier samples or on chance .*use windowed, or tools.random of mapSample/],
  ['map with its index', () => map(counter), /depends on earlier samples or on chance .*use windowed, or tools.random of mapSample/],
  ['map with chance', () => map((sample) => ({ ...sample, chance: Math.random() })), /on chance .*tools.random of mapSample/],
  ['filter with its index', () => filter((_, index) => index % 2 === 0), /remembers earlier samples .*use dedupe, or keep/],
  ['distinct', () => distinct(isVowel), /remembers earlier samples .*use dedupe, or keep/],
  ['skip', () => skip(1), /remembers earlier samples .*use dedupe, or keep/],
  ['take', () => take(2), /ends the stream before its source does .*use --limit/],
  ['first', () => first(), /ends the stream before its source does .*use --limit/],
  ['mergeMap of two', () => mergeMap((sample) => [sample, sample]), /gave 2 outputs for one sample: use expand/],
  ['mergeMap of another', () => mergeMap(() => [{ key: 'other' }]), /gave something that is not the same sample/],
  ['map to a value', () => map((sample) => sample.letter), /gave something that is not the same sample/],
];

for (const [name, operator, says] of refusals) {
  test(`${name} is refused`, (t) => {
    const watched = watch(guarded(operator()));
    watched.push('abcdefghijklmnopqrst');
    watched.complete();
    const last = watched.seen.at(-1) ?? '';
    t.regex(last, /^# LawError: rxjs#2/);
    t.regex(last, says);
  });
}

test('skip is found however late its first sample comes', (t) => {
  const watched = watch(guarded(skip(21)));
  watched.push('abcdefghijklmnopqrstuvwxyz');
  watched.complete();
  t.regex(watched.seen.at(-1) ?? '', /at marbles#21: .*remembers earlier samples/);
});

test('mergeMap with a promise is refused when its output comes', async (t) => {
  const watched = watch(guarded(mergeMap(async (sample) => sample)));
  watched.push('a');
  await settled();
  t.regex(watched.seen.at(-1) ?? '', /LawError: rxjs#2: .*gives output later than its input .*use mapAsync/);
});

test('delay and pending promises are refused even if the source ends first: nothing is lost without a word', (t) => {
  marbles(t, ({ expect }) => {
    const later = 'LawError: rxjs#2: this RxJS operator gives output later than its input (like mergeMap, delay or concatMap with a promise): use mapAsync';
    expect('-a-|', guarded(delay(50)), '-A-#', undefined, later);
    expect('-a--------|', guarded(delay(5)), '-A----#', undefined, later);
    expect('-a-|', guarded(mergeMap(() => from(new Promise<Letter>(() => {})))), '-A-#', undefined, later);
  });
});

test('an error of the operator is located', (t) => {
  const operator = map((sample: Letter) => {
    if (sample.letter === 'b') throw new Error('boom');
    return sample;
  });
  marbles(t, ({ expect }) => {
    expect('-a-b-c|', guarded(operator), '-a-#', undefined, 'StageError: rxjs#2 at marbles#1 (key b): boom');
    expect('-a-#', guarded(operator), '-a-#', undefined, 'error');
  });
});

test('a SampleFault stops the run too: an RxJS operator ends with its first error', (t) => {
  const watched = watch(guarded(map(() => {
    throw new SampleFault('test-bad', 'bad');
  })));
  watched.push('a');
  t.deepEqual(watched.seen, ['# StageError: rxjs#2 at marbles#0 (key a): bad']);
});

test('leaving the guard leaves its source', (t) => {
  marbles(t, ({ expectSubscription }) => expectSubscription('-a-b-c-d', guarded(map((sample) => ({ ...sample }))), '----!', '-a-b', '^---!'));
});
