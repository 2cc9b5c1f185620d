import test from 'ava';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { ModelError } from '../../../models/modelError.js';
import { owlv2 } from '../../../models/owlv2/owlv2.js';
import { openSessionThread, type SessionTensor } from '../../../models/owlv2/sessionThread.js';
import { goldenCases, goldenPicture, goldenPixels, splitFolder } from './tiny.js';

const options: InferenceSession.SessionOptions = { executionProviders: ['cpu'], intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential', graphOptimizationLevel: 'all' };
const imageGraph = join(splitFolder, 'image.onnx');
const wanted = ['logits', 'pred_boxes', 'objectness_logits'];
const QUERIES = 8;

/** Fresh arrays each time, since they move to the thread. */
const feeds = (picture: number): Record<string, SessionTensor & { readonly data: Float32Array }> => ({
  pixel_values: { data: goldenPixels(goldenCases[picture]!), dims: [1, 3, 96, 96] },
  query_embeds: { data: Float32Array.from({ length: QUERIES * 64 }, (_, i) => Math.sin(i)), dims: [1, QUERIES, 64] },
});

/** Plays the thread: answers everything but `run`, for which it does what `onRun` says. */
const actor = (onRun: string): URL =>
  new URL(`data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads';
    parentPort.on('message', ({ id, kind }) => {
      if (kind === 'run') { ${onRun} }
      else parentPort.postMessage({ id, value: { version: '1', session: 0, inputNames: [], outputNames: [], inputMetadata: [] } });
      if (kind === 'close') parentPort.close();
    });`)}`);

const childOutput = async (child: string): Promise<string> => {
  const file = fileURLToPath(new URL(child, import.meta.url));
  // A child that hangs fails the test; one that ends by a signal or with another code than 0 does so too.
  return (await promisify(execFile)(process.execPath, ['--import', 'tsx', file], { timeout: 60_000, killSignal: 'SIGKILL' })).stdout;
};

test('gives the bits that onnxruntime gives in this thread, in the order of the calls', async (t) => {
  const direct = await InferenceSession.create(imageGraph, options);
  const thread = await openSessionThread();
  const session = await thread.load(imageGraph, options);
  t.deepEqual([session.inputNames, session.outputNames], [direct.inputNames, direct.outputNames]);
  t.deepEqual(session.inputMetadata, direct.inputMetadata);
  t.regex(thread.version, /^\d+\.\d+\.\d+/);
  const order: number[] = [];
  const got = await Promise.all(goldenCases.map(async (_, picture) => {
    const outputs = await session.run(feeds(picture), wanted);
    order.push(picture);
    return outputs;
  }));
  t.deepEqual(order, goldenCases.map((_, picture) => picture));
  for (const [picture, outputs] of got.entries()) {
    const tensors = Object.entries(feeds(picture)).map(([name, { data, dims }]) => [name, new Tensor('float32', data, dims)]);
    const want = await direct.run(Object.fromEntries(tensors) as Record<string, Tensor>, wanted);
    t.deepEqual(Object.keys(outputs).toSorted(), wanted.toSorted());
    for (const name of wanted) {
      t.deepEqual(outputs[name]!.data, want[name]!.data as Float32Array, `${name} of picture ${picture}`);
      t.deepEqual(outputs[name]!.dims, want[name]!.dims);
    }
  }
  await thread.close();
  await direct.release();
});

test('inputs move to the thread; part of a larger buffer is copied instead', async (t) => {
  const thread = await openSessionThread();
  const session = await thread.load(imageGraph, options);
  const moved = feeds(0);
  const large = new Float32Array(1000 + QUERIES * 64);
  large.set(moved['query_embeds']!.data, 1000);
  const [whole, part] = await Promise.all([session.run(feeds(0), wanted), session.run({ ...moved, query_embeds: { data: large.subarray(1000), dims: [1, QUERIES, 64] } }, wanted)]);
  t.deepEqual(part, whole);
  t.deepEqual([moved['pixel_values']!.data.length, large.length], [0, 1000 + QUERIES * 64]);
  await thread.close();
});

test('an error of onnxruntime rejects its own request, and the thread goes on', async (t) => {
  const thread = await openSessionThread();
  await t.throwsAsync(thread.load(join(splitFolder, 'config.json'), options), { message: /config.json failed/ });
  const session = await thread.load(imageGraph, options);
  const { pixel_values: pixels, ...queries } = feeds(0);
  const wrong = session.run({ ...queries, pixel_values: { data: pixels!.data, dims: [1, 3, 48, 192] } }, wanted);
  const right = session.run(feeds(0), wanted);
  const error = await t.throwsAsync(wrong);
  t.regex(error.message, /invalid dimensions for input: pixel_values/);
  t.false('code' in error);
  t.is((await right)['logits']!.data.length, 144 * QUERIES);
  await thread.close();
});

test('the thread that called goes on while onnxruntime works', async (t) => {
  const detector = await owlv2(splitFolder);
  const images = await Promise.all(Array.from({ length: 8 }, () => goldenPicture(goldenCases[0]!)));
  let turns = 0;
  let working = true;
  const turn = (): void => {
    turns += 1;
    if (working) setImmediate(turn);
  };
  const both = Promise.all([detector.detect(images, images.map(() => [])), detector.detect(images, images.map(() => []))]);
  turn();
  const [first, second] = await both;
  working = false;
  t.deepEqual(first, second);
  // In one thread the event loop turns about twice a call, whatever the call costs.
  t.true(turns > 100, `${turns} turns`);
  await detector.close();
});

test('close lets the calls before it finish, in both kinds of calls', async (t) => {
  const detector = await owlv2(splitFolder, { textBatch: 4 });
  const picture = await goldenPicture(goldenCases[0]!);
  const texts = detector.encodeTexts(Array.from({ length: 10 }, (_, i) => `thing ${i}`));
  const found = detector.detect([picture], [[]]);
  await Promise.all([detector.close(), detector.close()]);
  t.is((await texts).length, 10);
  t.is((await found)[0]!.count, 144);
  await t.throwsAsync(detector.detect([picture], [[]]), { instanceOf: ModelError, message: /was closed/ });
});

for (const [how, onRun, reason] of [
  ['ends', 'process.exit(7)', /exit code 7/],
  ['throws', "setImmediate(() => { throw new Error('out of luck') })", /out of luck/],
  ['runs out of memory', "throw Object.assign(new Error('Worker terminated due to reaching memory limit: JS heap out of memory'), { code: 'ERR_WORKER_OUT_OF_MEMORY' })", /heap out of memory/],
] as const) {
  test(`a thread that ${how} rejects all that waits and all that comes`, async (t) => {
    const thread = await openSessionThread(actor(onRun));
    const session = await thread.load('any', {});
    const died = { code: 'worker-died', message: reason };
    await Promise.all([1, 2, 3].map(() => t.throwsAsync(session.run({}, []), died)));
    await t.throwsAsync(session.run({}, []), died);
    await t.throwsAsync(thread.load('any', {}), { code: 'worker-died' });
    await thread.close();
    await thread.close();
  });
}

test('a thread that cannot start says why', async (t) => {
  await t.throwsAsync(openSessionThread(new URL('file:///no/such/script.mjs')), { code: 'worker-died', message: /Cannot find module/ });
  await t.throwsAsync(openSessionThread(new URL(`data:text/javascript,import 'no-such-package'`)), { code: 'worker-died' });
});

test('a closed thread says so', async (t) => {
  const thread = await openSessionThread(actor('parentPort.postMessage({ id, value: {} })'));
  const session = await thread.load('any', {});
  const before = session.run({}, []);
  await thread.close();
  t.deepEqual(await before, {});
  await t.throwsAsync(session.run({}, []), { message: /was closed/ });
});

test('a detector that nobody closes does not keep the process alive, and works to the end of what was asked', async (t) => {
  t.is(await childOutput('./unclosedChild.ts'), 'loaded\nidle\n144 144\n');
});

test('a process that exits while onnxruntime works ends with its own exit code', async (t) => {
  await t.throwsAsync(childOutput('./exitingChild.ts'), { code: 3 });
});
