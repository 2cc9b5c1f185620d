import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import test from 'ava';
import { assert, asyncProperty, array, float } from 'fast-check';
import { SampleFault } from '../../../kernels/sampleFault.js';
import { kernel, runHere } from '../../../engine/workers/kernel.js';
import { kernelPool } from '../../../engine/workers/kernelPool.js';
import type * as kernels from '../../helpers/kernels.js';

const module = new URL('../../helpers/kernels.ts', import.meta.url);
const double = kernel<typeof kernels.double>(module, 'double');
const lengthOf = kernel<typeof kernels.lengthOf>(module, 'lengthOf');
const later = kernel<typeof kernels.later>(module, 'later');
const spin = kernel<typeof kernels.spin>(module, 'spin');
const refuse = kernel<typeof kernels.refuse>(module, 'refuse');
const fail = kernel<typeof kernels.fail>(module, 'fail');
const die = kernel<typeof kernels.die>(module, 'die');

test('a kernel gives the same in a thread as here', async (t) => {
  const pool = kernelPool(2);
  await assert(
    asyncProperty(array(float({ noNaN: true }), { maxLength: 50 }), async (numbers) => {
      const values = Float32Array.from(numbers);
      t.deepEqual(await pool.run(double, values), await runHere(double, values));
      t.deepEqual([...values], numbers.map(Math.fround), 'the arguments stay with the caller');
    }),
    { numRuns: 30 },
  );
  await pool.close();
});

test('of a view only its own bytes travel', async (t) => {
  const pool = kernelPool(1);
  const shard = new Uint8Array(1000);
  t.is(await pool.run(lengthOf, shard.subarray(10, 14)), 4);
  t.is(await pool.run(lengthOf, Buffer.from(shard.buffer, 20, 6)), 6);
  await pool.close();
});

for (const where of ['here', 'in a thread'] as const) {
  test(`${where}: a fault of a sample stays one, other errors keep their name and code`, async (t) => {
    const pool = where === 'here' ? { run: runHere, close: async () => {} } : kernelPool(1);
    const fault = await t.throwsAsync(pool.run(refuse, 'image-odd'), { instanceOf: SampleFault, message: 'as the test wants it' });
    t.is((fault as SampleFault).code, 'image-odd');
    t.is((fault as SampleFault).byteOffset, 17);
    await t.throwsAsync(pool.run(fail, 'no good'), { name: 'TypeError', code: 'broken', message: 'no good' });
    await t.throwsAsync(pool.run(kernel<() => number>(module, 'nothing')), { message: /kernels\.ts exports no function nothing/ });
    await pool.close();
  });
}

test('threads work side by side, and a call goes to the one with the fewest before it', async (t) => {
  const pool = kernelPool(2);
  await Promise.all([pool.run(later, 1), pool.run(later, 1)]);
  const order: string[] = [];
  const slow = pool.run(spin, 400).then(() => order.push('slow'));
  for (let n = 0; n < 2; n += 1) await pool.run(later, 1).then(() => order.push('quick'));
  await slow;
  t.deepEqual(order, ['quick', 'quick', 'slow']);
  await pool.close();
});

test('a thread that dies rejects its calls and is replaced', async (t) => {
  const pool = kernelPool(1);
  const waiting = pool.run(later, 60_000);
  await Promise.all([
    t.throwsAsync(pool.run(die), { code: 'worker-died', message: /a kernel thread died \(exit code 3\)/ }),
    t.throwsAsync(waiting, { code: 'worker-died' }),
  ]);
  t.deepEqual(await pool.run(double, Float32Array.of(1.5)), Float32Array.of(3));
  await pool.close();
});

test('closing rejects what waits and what comes after', async (t) => {
  const pool = kernelPool(1);
  const waiting = t.throwsAsync(pool.run(later, 60_000), { code: 'worker-died' });
  await pool.close();
  await waiting;
  await t.throwsAsync(pool.run(double, new Float32Array(1)), { message: 'the kernel pool was closed' });
});

test('who waits for the end of a pool is answered, also where nothing else keeps the process alive', async (t) => {
  const script = `
    import { kernelPool } from ${JSON.stringify(new URL('../../../engine/workers/kernelPool.ts', import.meta.url).href)};
    const pool = kernelPool(2);
    const call = (name, ms) => pool.run({ module: ${JSON.stringify(module.href)}, name }, ms);
    await Promise.all([call('later', 1), call('later', 1)]);
    call('later', 2).catch(() => {});
    await pool.close();
    console.log('over');`;
  for (let time = 0; time < 3; time += 1) {
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]);
    t.is(stdout, 'over\n');
  }
});
