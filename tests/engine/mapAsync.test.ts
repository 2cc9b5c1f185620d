import test from 'ava';
import { mapAsync, type MapAsyncOptions } from '../../engine/mapAsync.js';
import { isTombstone } from '../../engine/sample.js';
import { SampleFault } from '../../kernels/sampleFault.js';
import { gates, gaugedContext, settled, through, watch, type Letter } from '../helpers/marbles.js';

const LETTER_BYTES = 65;

/** `slow`: each call waits at the gate of its letter. */
function gated(options: MapAsyncOptions<Letter> = {}, budget = 1e9) {
  const gate = gates<object>();
  const gauged = gaugedContext('slow', budget);
  const watched = watch(through(mapAsync('slow', (sample: Letter) => gate.wait(sample.letter), options), gauged.context));
  return { gate, ...gauged, ...watched, watched };
}

test('results leave in the order of the inputs: a slow head holds later results', async (t) => {
  const { gate, push, complete, seen } = gated();
  push('abc');
  complete();
  await gate.open('c', {});
  await gate.open('b', {});
  t.deepEqual(seen, []);
  await gate.open('a', {});
  t.deepEqual(seen, ['a', 'b', 'c', '|']);
});

test('no more calls than `concurrency`; a finished result behind a slow head frees its call', async (t) => {
  const { gate, push, seen } = gated({ concurrency: 2 });
  push('abcde');
  t.is(gate.begun.join(''), 'ab');
  await gate.open('b', {});
  t.is(gate.begun.join(''), 'abc');
  await gate.open('c', {});
  await gate.open('a', {});
  t.is(gate.begun.join(''), 'abcde');
  t.deepEqual(seen, ['a', 'b', 'c']);
});

test('fields are added to the sample', async (t) => {
  const { gate, push, elements } = gated();
  push('a');
  await gate.open('a', { more: 1 });
  t.like(elements[0], { key: 'a', letter: 'a', more: 1 } as never);
});

test('a SampleFault is a tombstone at its place', async (t) => {
  const { gate, push, complete, seen, elements } = gated();
  push('abc');
  await gate.fail('b', new SampleFault('test-bad', 'bad b'));
  await gate.open('c', {});
  t.deepEqual(seen, []);
  await gate.open('a', {});
  complete();
  t.deepEqual(seen, ['a', 'B', 'c', '|']);
  const refused = elements[1];
  t.true(refused !== undefined && isTombstone(refused) && refused.dropped[0]?.reason === 'test-bad' && refused.dropped[0]?.kind === 'quarantined');
});

test('any other error stops the run at once: stage, shard#record, key, cause', async (t) => {
  const { gate, push, seen, watched, gauge } = gated();
  push('abc');
  const cause = new RangeError('out of cheese');
  await gate.fail('b', cause);
  t.deepEqual(seen, ['# StageError: slow at marbles#1 (key b): out of cheese']);
  t.is((watched.error as { cause?: unknown }).cause, cause);
  await gate.open('a', {});
  t.is(seen.length, 1, 'nothing comes after an error');
  t.is(gauge.held, 0);
});

test('work that throws before its promise is located too', async (t) => {
  const watched = watch(through(mapAsync<Letter, object>('sync', () => {
    throw new Error('at once');
  })));
  watched.push('a');
  await settled();
  t.deepEqual(watched.seen, ['# StageError: sync at marbles#0 (key a): at once']);
});

test('tombstones pass at once when nothing waits, else at their place; neighbours merge', async (t) => {
  const { gate, push, complete, seen, elements } = gated();
  push('AbCDEfG');
  t.deepEqual(seen, ['A']);
  await gate.open('f', {});
  await gate.open('b', {});
  complete();
  t.deepEqual(seen, ['A', 'b', 'CDE', 'f', 'G', '|']);
  const merged = elements[2];
  t.true(merged !== undefined && isTombstone(merged) && merged.dropped.length === 1 && merged.dropped[0]?.count === 3);
  t.deepEqual(merged?.cursor, { kind: 'source', position: [0, 5, 0] }, 'the later cursor counts');
});

test('the end waits for the last result', async (t) => {
  const { gate, push, complete, seen } = gated();
  push('a');
  complete();
  t.deepEqual(seen, []);
  await gate.open('a', {});
  t.deepEqual(seen, ['a', '|']);
  const empty = gated();
  empty.complete();
  t.deepEqual(empty.seen, ['|']);
});

test('leaving early stops everything and gives the gauge back', async (t) => {
  const { gate, push, unsubscribe, seen, gauge } = gated({ concurrency: 2 });
  push('abcd');
  t.is(gauge.held, 4 * LETTER_BYTES);
  unsubscribe();
  t.is(gauge.held, 0);
  await gate.open('a', {});
  await gate.fail('b', new Error('nobody hears it'));
  t.deepEqual(seen, []);
  t.is(gate.begun.join(''), 'ab', 'nothing new begins');
  t.is(gauge.held, 0);
});

test('inputs that wait and outputs that are finished count; `expectedBytes` is reserved at the start', async (t) => {
  const { gate, push, gauge } = gated({ concurrency: 2, expectedBytes: () => 1000 });
  push('abc');
  t.is(gauge.held, 2 * 1000 + LETTER_BYTES);
  await gate.open('b', { pixels: new Uint8Array(500) });
  t.is(gauge.held, 2 * 1000 + (LETTER_BYTES + 64 + 500), 'b at its real size, c begun');
  await gate.open('a', {});
  t.is(gauge.held, 1000, 'a and b have left');
});

test('a closed valve holds new work back; the head is let through when nothing after the stage is on its way', async (t) => {
  const { gate, push, later, seen } = gated({ concurrency: 2 }, 10);
  later.busy(1);
  push('ab');
  t.is(gate.begun.join(''), '', 'closed by what they hold themselves, and the later stage is busy');
  later.busy(-1);
  await settled();
  t.is(gate.begun.join(''), 'a', 'only the head');
  await gate.open('a', {});
  t.is(gate.begun.join(''), 'ab');
  await gate.open('b', {});
  t.deepEqual(seen, ['a', 'b']);
});

test('options are checked', (t) => {
  t.throws(() => mapAsync('slow', async () => ({}), { concurrency: 0 }), { name: 'UsageError', message: 'slow: `concurrency` must be an integer from 1 up, got 0' });
});
