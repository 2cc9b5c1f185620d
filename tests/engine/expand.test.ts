import test from 'ava';
import { expand } from '../../engine/expand.js';
import { originText, type Sample } from '../../engine/sample.js';
import { windowed } from '../../engine/windowed.js';
import { SampleFault } from '../../kernels/sampleFault.js';
import { marbles, through, watch, type Letter } from '../helpers/marbles.js';

/** a has no children, b one, c two, ... */
const children = (name = 'children') => expand(name, ({ letter }: Letter) => Array.from({ length: letter.charCodeAt(0) - 97 }, (_, index) => ({ child: index })));

test('0, 1 and N children, one after the other in the same turn', (t) => {
  marbles(t, ({ expect }) => {
    expect('a---b---c---D---|', through(children()), 'A---x---(yz)D---|', { A: 'A', x: 'b_0', y: 'c_0', z: 'c_1', D: 'D' });
    expect('(cab)-|', through(children()), '(yzAx)|', { A: 'A', x: 'b_0', y: 'c_0', z: 'c_1' });
  });
});

test('children carry their place and the fields of both; without children the reason is said', (t) => {
  const { push, elements } = watch(through(children()));
  push('ca');
  t.like(elements[0], { key: 'c_0', letter: 'c', child: 0, origin: { record: 2, path: [{ index: 0, of: 2 }] } } as never);
  t.like(elements[1], { key: 'c_1', child: 1, origin: { record: 2, path: [{ index: 1, of: 2 }] } } as never);
  t.like((elements[2] as unknown as { dropped: object[] }).dropped[0], { stage: 'children', reason: 'no children', kind: 'filtered', key: 'a' });
});

test('expansions nest: keys and paths grow', (t) => {
  const twice = expand('twice', () => [{}, {}]);
  const watched = watch((source) => source.pipe(through(children()), through(twice)));
  watched.push('c');
  t.deepEqual(watched.seen, ['c_0_0', 'c_0_1', 'c_1_0', 'c_1_1']);
  t.deepEqual(watched.elements.map((element) => originText(element.origin).split('/').slice(1).join(' ')), ['0:2 0:2', '0:2 1:2', '1:2 0:2', '1:2 1:2']);
  t.is(new Set(watched.elements.map((element) => originText(element.origin))).size, 4);
});

test('members are expanded with their sample', (t) => {
  const pack = windowed<Sample, Sample>('pack', (samples) => [{ ...(samples[0] as Sample), members: samples.map(({ origin }) => origin) }], { samples: 2 });
  const watched = watch((source) => source.pipe(through(pack), through(expand('twice', () => [{}, {}]))));
  watched.push('ab');
  t.deepEqual(watched.seen, ['a_0', 'a_1']);
  t.deepEqual(
    watched.elements.map((element) => (element as Sample).members?.map(({ record, path }) => [record, path[0]?.index])),
    [[[0, 0], [1, 0]], [[0, 1], [1, 1]]],
  );
});

test('a SampleFault refuses the parent; other errors are located', (t) => {
  const faulty = expand('faulty', () => {
    throw new SampleFault('test-bad', 'bad');
  });
  const broken = expand('broken', () => {
    throw new Error('boom');
  });
  marbles(t, ({ expect }) => {
    expect('-b-|', through(faulty), '-B-|');
    expect('-b-|', through(broken), '-#', undefined, 'StageError: broken at marbles#1 (key b): boom');
  });
});
