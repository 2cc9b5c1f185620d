import test from 'ava';
import { filter, map, type OperatorFunction } from 'rxjs';
import { keep } from '../../engine/keep.js';
import { mapSample } from '../../engine/mapSample.js';
import { describePipeline, pipeline } from '../../engine/pipeline.js';
import { testSource, type TestSample } from '../helpers/testSource.js';

const source = testSource({ extents: 2, records: 3 });
const loose = pipeline as unknown as (...args: unknown[]) => unknown;

test('two stages of one name are refused, and the cure is said', (t) => {
  const message = 'pipeline: two stages are called `keep`; randomness and cursors go by the name, so give one of them another: { name: \'...\' }';
  t.throws(() => pipeline(source, keep('a', () => true), keep('b', () => true)), { name: 'UsageError', message });
  t.notThrows(() => pipeline(source, keep('a', () => true), keep('b', () => true, { name: 'keep2' })));
  t.throws(() => pipeline(source, keep('a', () => true, { name: 'test' })), { message: /two stages are called `test`/ }, 'the source has a name too');
});

test('what is no operator, and what is no source, is refused', (t) => {
  t.throws(() => loose(source, keep('a', () => true), 'keep'), { name: 'UsageError', message: 'pipeline: stage 2 must be an operator, got string' });
  t.throws(() => loose(source, undefined), { name: 'UsageError', message: 'pipeline: stage 1 must be an operator, got undefined' });
  for (const wrong of [undefined, null, 'a.tar', {}, keep('a', () => true)]) {
    t.throws(() => loose(wrong), { name: 'UsageError', message: 'pipeline: the first argument must be a source, such as readTar(...)' });
  }
});

test('plain RxJS operators get a name by their place', (t) => {
  const pipe = pipeline(source, map((sample) => sample), keep('a', () => true), filter(() => true));
  t.deepEqual(pipe.stages.map(({ name }) => name), ['rxjs#1', 'keep', 'rxjs#3']);
  t.is(pipe.sink, undefined);
});

test('it is inert, and prints itself', (t) => {
  let touched = 0;
  const touch: OperatorFunction<TestSample, TestSample> = (elements) => {
    touched += 1;
    return elements;
  };
  const pipe = pipeline(source, mapSample<TestSample, object>('crop', () => ({}), { side: 224 }), touch);
  t.deepEqual(describePipeline(pipe), ['test [source] {"extents":2}', 'crop [one] {"side":224}', 'rxjs#2 [rxjs, guarded] {}']);
  t.is(touched, 0);
});
