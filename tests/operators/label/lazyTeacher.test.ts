import test from 'ava';
import { lazyTeacher } from '../../../operators/label/lazyTeacher.js';
import { fakeDetector } from './fakeDetector.js';

test('closing waits for the work under way; use after that loads again', async (t) => {
  const detectors = [fakeDetector(), fakeDetector()];
  let loads = 0;
  const teacher = lazyTeacher('label', async () => detectors[loads++]!, 10);
  let finish = (): void => undefined;
  const work = teacher.use(() => new Promise<string>((resolve) => (finish = () => resolve('done'))));
  const closing = teacher.close();
  await new Promise((resolve) => setImmediate(resolve));
  t.is(detectors[0]!.closed, 0);
  finish();
  t.is(await work, 'done');
  await closing;
  t.is(detectors[0]!.closed, 1);
  t.is(await teacher.use(async ({ detector }) => detector), detectors[1]!);
  await teacher.close();
  t.deepEqual([loads, detectors[1]!.closed], [2, 1]);
});

test('calls at the same time load it once; work that fails is told to its caller alone', async (t) => {
  let loads = 0;
  const teacher = lazyTeacher('label', async () => {
    loads += 1;
    return fakeDetector();
  }, 10);
  const [bad, good] = await Promise.allSettled([teacher.use(() => Promise.reject(new Error('no'))), teacher.use(async () => 'yes')]);
  t.deepEqual([bad.status, good], ['rejected', { status: 'fulfilled', value: 'yes' }]);
  t.is(loads, 1);
  await t.notThrowsAsync(teacher.close());
});
