import test from 'ava';
import { BufferPool } from '../../kernels/bufferPool.js';

test('what was given back is taken again, if kind and length are the same', (t) => {
  const pool = new BufferPool();
  const first = pool.take('float32', 8);
  const second = pool.take('float32', 8);
  t.not(first, second);
  pool.release(first);
  t.not(pool.take('int32', 8) as unknown, first);
  t.not(pool.take('float32', 4), first);
  t.is(pool.take('float32', 8), first);
  t.is(pool.made, 4);
  t.true(pool.take('uint8', 2) instanceof Uint8Array);
});
