import test from 'ava';
import { map } from 'rxjs';
import { fingerprint, fingerprintDifference, type Fingerprint } from '../../engine/fingerprint.js';
import { keep } from '../../engine/keep.js';
import { mapSample } from '../../engine/mapSample.js';
import { pipeline, type Pipeline } from '../../engine/pipeline.js';
import type { Extent } from '../../engine/source.js';
import { stage } from '../../engine/stage.js';
import { UsageError } from '../../engine/errors.js';
import { memoryStore } from '../../storage/memoryStore.js';
import { putObject } from '../helpers/shards.js';
import { windowed } from '../../engine/windowed.js';
import { testSource, type TestSample } from '../helpers/testSource.js';

const source = testSource({ extents: 2, records: 3 });
const extent: Extent = { index: 0, shard: 'a.tar', bytes: 10, etag: 'x' };
const take = (pipe: Pipeline, changes: object = {}): Promise<Fingerprint> => fingerprint(pipe, { seed: 1, lanes: 4, extents: [extent], ...changes });
const cropped = (side: number) => mapSample<TestSample, object>('crop', () => ({}), { side, filter: undefined });

test('equal pipelines, equal fingerprints; the order of an option\'s names does not matter', async (t) => {
  const a = await take(pipeline(source, mapSample<TestSample, object>('m', () => ({}), { x: 1, y: [2, { z: 3 }] })));
  const b = await take(pipeline(source, mapSample<TestSample, object>('m', () => ({}), { y: [2, { z: 3 }], x: 1 })));
  t.deepEqual(a, b);
  t.deepEqual(fingerprintDifference(a, b), []);
});

test('the difference is readable, line by line', async (t) => {
  const saved = await take(pipeline(source, cropped(224), keep('wide', () => true)));
  const now = await take(pipeline(source, cropped(256), map((sample) => sample)), { seed: 2, lanes: 'one an extent' });
  t.deepEqual(fingerprintDifference(saved, now), [
    'seed: was 1, is now 2',
    'lanes: was 4, is now one an extent',
    'extents: was 1, 0 of them by an index, is now (absent)',
    'stage 1 crop: was v1 {"side":224}, is now v1 {"side":256}',
    'stage 2 keep: was v1 {"reason":"wide"}, is now (absent)',
    'stage 2 rxjs#2: was (absent), is now rxjs',
  ]);
});

const made = (version: number, digest: string): Pipeline =>
  pipeline(source, stage<TestSample, TestSample>({ name: 'teacher', arity: 'one', version, digests: async () => ({ model: digest }), connect: () => (elements) => elements }));
const window = (samples: number): Pipeline => pipeline(source, windowed<TestSample, TestSample>('w', (inputs) => inputs, { samples }));

test('everything that decides the output is in it', async (t) => {
  const digests = await Promise.all([
    take(made(1, 'abc')), take(made(2, 'abc')), take(made(1, 'abd')), take(window(2)), take(window(3)),
    take(made(1, 'abc'), { seed: 2 }), take(made(1, 'abc'), { lanes: 5 }), take(made(1, 'abc'), { recipe: 'hash' }),
    take(made(1, 'abc'), { extents: [{ ...extent, shard: 'b.tar' }] }), take(made(1, 'abc'), { extents: [{ ...extent, bytes: 11 }] }),
    take(made(1, 'abc'), { extents: [{ ...extent, records: [0, 5] }] }), take(made(1, 'abc'), { extents: [extent, { ...extent, shard: 'c.tar' }] }),
  ]);
  t.is(new Set(digests.map(({ digest }) => digest)).size, digests.length);
  t.is(digests[0]?.lines['teacher: model'], 'abc');
});

const one = (text: string): Fingerprint => ({ digest: text, lines: { long: text } });

test('long lines are clipped in the difference', (t) => {
  const [line] = fingerprintDifference(one('a'.repeat(1000)), one('b'.repeat(160)));
  t.is(line, `long: was ${'a'.repeat(157)}..., is now ${'b'.repeat(160)}`);
});

test('a digest may be that of a file, read through the stores of the run', async (t) => {
  const store = memoryStore();
  await putObject(store, 'memory://model', Buffer.from('weights'));
  const url = 'memory://model';
  const reading = stage<TestSample, TestSample>({ name: 'teacher', arity: 'one', digests: async ({ stores }) => ({ bytes: String((await stores(url).stat(url)).bytes) }), connect: () => (elements) => elements });
  t.is((await take(pipeline(source, reading), { stores: () => store })).lines['teacher: bytes'], '7');
  await t.throwsAsync(take(pipeline(source, reading)), { instanceOf: UsageError, message: 'no stores, cannot open memory://model' });
});
