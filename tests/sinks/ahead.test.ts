import test from 'ava';
import { ahead } from '../../sinks/ahead.js';

/** Numbers from 0, and how many of them were asked for. */
function counter(end: number, fault?: Error): { source: AsyncGenerator<number>; made: () => number; closed: () => boolean } {
  let [made, closed] = [0, false];
  async function* source(): AsyncGenerator<number> {
    try {
      for (let n = 0; n < end; n += 1) {
        made = n + 1;
        yield n;
      }
      if (fault !== undefined) throw fault;
    } finally {
      closed = true;
    }
  }
  return { source: source(), made: () => made, closed: () => closed };
}
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('all elements in order, and up to depth made before they are asked for', async (t) => {
  const { source, made } = counter(10);
  const out = ahead(source, 3);
  t.is(made(), 0, 'nothing before the first is asked for');
  t.is((await out.next()).value, 0);
  await settle();
  t.is(made(), 4, 'one given, three ready');
  const rest: number[] = [];
  for await (const n of out) rest.push(n);
  t.deepEqual(rest, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('an error comes behind what was made before it', async (t) => {
  const { source } = counter(3, new Error('broken'));
  const seen: number[] = [];
  await t.throwsAsync(async () => {
    for await (const n of ahead(source, 8)) seen.push(n);
  }, { message: 'broken' });
  t.deepEqual(seen, [0, 1, 2]);
});

test('ended early, the source is closed', async (t) => {
  const { source, closed, made } = counter(100);
  for await (const n of ahead(source, 2)) if (n === 4) break;
  t.true(closed());
  t.true(made() <= 8);
});
