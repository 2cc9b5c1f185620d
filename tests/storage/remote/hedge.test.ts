import test from 'ava';
import { Hedge } from '../../../storage/remote/hedge.js';
import { StoreMeter } from '../../../storage/remote/storeMeter.js';

const after = <T>(ms: number, value: T): Promise<T> => new Promise((resolve) => setTimeout(resolve, ms, value));

async function warmed(share: number): Promise<{ hedge: Hedge; meter: StoreMeter }> {
  const meter = new StoreMeter();
  const hedge = new Hedge(share, meter);
  meter.requests = 100;
  for (let n = 0; n < 30; n += 1) await hedge.run(1000, undefined, () => after(1, 0));
  return { hedge, meter };
}

test('a read slower than 95 % of its like is sent again, and the first to come is taken; the other is ended', async (t) => {
  const { hedge, meter } = await warmed(0.05);
  const ended: string[] = [];
  let sent = 0;
  const got = await hedge.run(1000, undefined, (signal) => {
    const name = (sent += 1) === 1 ? 'first' : 'second';
    signal?.addEventListener('abort', () => ended.push(name));
    return name === 'first' ? after(5000, name) : after(1, name);
  });
  t.is(got, 'second');
  t.true(ended.includes('first'));
  t.is(meter.hedges, 1);
  t.is(meter.hedgesWon, 1);
});

test('no more than its share of the requests; none where the share is 0; none for a size of which little is known', async (t) => {
  const { hedge, meter } = await warmed(0.05);
  for (let n = 0; n < 20; n += 1) await hedge.run(1000, undefined, () => after(30, 0));
  t.true(meter.hedges <= 0.05 * meter.requests);
  const none = await warmed(0);
  await none.hedge.run(1000, undefined, () => after(30, 0));
  t.is(none.meter.hedges, 0);
  const before = meter.hedges;
  await hedge.run(10_000_000, undefined, () => after(30, 0));
  t.is(meter.hedges, before);
});

test('a failure of both is told; of the hedge alone it is not', async (t) => {
  const { hedge } = await warmed(1);
  let sent = 0;
  const fails = (): Promise<never> => after(30, 0).then(() => Promise.reject(new Error(`no ${(sent += 1)}`)));
  await t.throwsAsync(hedge.run(1000, undefined, fails), { message: /^no / });
  sent = 0;
  t.is(await hedge.run(1000, undefined, () => ((sent += 1) === 1 ? after(60, 'good') : Promise.reject(new Error('bad hedge')))), 'good');
});
