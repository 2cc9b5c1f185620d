import test from 'ava';
import { TokenBucket } from '../../../storage/remote/tokenBucket.js';

test('below the ceiling nobody waits; above it, as long as it takes', (t) => {
  let now = 0;
  const bucket = new TokenBucket({ ceiling: 100, now: () => now });
  t.deepEqual(Array.from({ length: 25 }, () => bucket.take()), Array.from({ length: 25 }, () => 0), 'a quarter of a second may go at once');
  t.deepEqual([bucket.take(), bucket.take()].map(Math.round), [10, 20]);
  now += 1000;
  t.is(bucket.take(), 0);
});

test('halved at "slow down", of what really went; once for many answers; then slowly raised to the ceiling', (t) => {
  let now = 0;
  const bucket = new TokenBucket({ ceiling: 1000, now: () => now });
  for (let n = 0; n < 500; n += 1) {
    now += 10; // 100 requests a second
    bucket.take();
  }
  bucket.throttled();
  bucket.throttled();
  t.true(Math.abs(bucket.rate - 50) < 10, `${bucket.rate}`);
  now += 1500;
  bucket.throttled();
  const low = bucket.rate;
  t.true(low < 50);
  now += 6000;
  t.true(bucket.rate > low + 90 && bucket.rate < low + 110, 'a tenth of the ceiling in 6 s');
  now += 120_000;
  t.is(bucket.rate, 1000);
});
