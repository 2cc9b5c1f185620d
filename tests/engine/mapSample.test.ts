import test from 'ava';
import { mapSample } from '../../engine/mapSample.js';
import type { Sample } from '../../engine/sample.js';
import { SampleFault } from '../../kernels/sampleFault.js';
import { marbles, sampleOf, through, watch, type Letter } from '../helpers/marbles.js';

const upper = () => mapSample('upper', (sample: Letter) => ({ key: `${sample.letter}!` }));

test('adds or replaces fields, in order and in the same turn; tombstones pass', (t) => {
  marbles(t, ({ expect }) => {
    expect('-a-(bc)-D-|', through(upper()), '-x-(yz)-D-|', { x: 'a!', y: 'b!', z: 'c!', D: 'D' });
    expect('-|', through(upper()), '-|');
    expect('-', through(upper()), '-');
    expect('-a-#', through(upper()), '-x-#', { x: 'a!' }, 'error');
  });
});

test('leaves its source when it is left', (t) => {
  marbles(t, ({ expectSubscription }) => {
    expectSubscription('-A-B-C-D', through(upper()), '----!', '-A-B', '^---!');
  });
});

test('the input is not changed, and what work does not name stays', (t) => {
  const input = Object.freeze(sampleOf('a'));
  const { push, elements } = watch(through(mapSample('more', (sample: Letter) => ({ length: sample.letter.length }))));
  push('a');
  t.deepEqual(elements, [{ ...input, length: 1 }] as unknown as typeof elements);
});

test('a SampleFault becomes a tombstone at its place, with code, message and the byte of its record', (t) => {
  const picky = mapSample('picky', (sample: Letter) => {
    if (sample.letter === 'b') throw new SampleFault('test-no-b', 'b is refused', { byteOffset: 17 });
    return {};
  });
  const watched = watch(through(picky));
  watched.push('abc');
  watched.complete();
  t.deepEqual(watched.seen, ['a', 'B', 'c', '|']);
  t.like((watched.elements[1] as unknown as { dropped: unknown[] }).dropped[0], { stage: 'picky', reason: 'test-no-b', kind: 'quarantined', key: 'b', message: 'b is refused (byte 17 of it)', byteOffset: 1000, count: 1 });
});

test('any other error stops the run: stage, shard#record, key, cause', (t) => {
  const cause = new TypeError('x is not a function');
  const broken = mapSample('broken', (sample: Letter) => {
    if (sample.letter === 'c') throw cause;
    return {};
  });
  marbles(t, ({ expect }) => expect('a-b-c-d-|', through(broken), 'a-b-#', undefined, 'StageError: broken at marbles#2 (key c): x is not a function'));
  const watched = watch(through(broken));
  watched.push('c');
  t.is((watched.error as Error).cause, cause);
});

const drawn = (name: string, salt: string, letters: string): number[] => {
  const watched = watch(through(mapSample(name, (_: Sample, tools) => ({ drawn: tools.random(salt).bits32() }))));
  watched.push(letters);
  return watched.elements.map((element) => (element as unknown as { drawn: number }).drawn);
};

test('randomness is of (stage, origin): the same again, other for another stage, origin or salt', (t) => {
  t.deepEqual(drawn('s', 'x', 'cab'), [drawn('s', 'x', 'abc')[2], ...drawn('s', 'x', 'ab')]);
  t.is(new Set([...drawn('s', 'x', 'abc'), ...drawn('s2', 'x', 'abc'), ...drawn('s', 'y', 'abc')]).size, 9);
});

test('the name of a stage must be a word', (t) => {
  t.throws(() => mapSample('no spaces', () => ({})), { name: 'UsageError', message: /a stage's name must be a word .*got "no spaces"/ });
});

test('stands alone in .pipe', (t) => {
  marbles(t, ({ expect }) => expect('a-b|', upper() as never, 'x-y|', { x: 'a!', y: 'b!' }));
});
