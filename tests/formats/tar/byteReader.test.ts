import test from 'ava';
import * as fc from 'fast-check';
import { ByteReader } from '../../../formats/tar/byteReader.js';
import { chunked } from './archives.js';

const bytes = Uint8Array.from({ length: 100 }, (_, i) => i);

test('takes, skips and peeks the same bytes in any chunking', async (t) => {
  const step = fc.tuple(fc.constantFrom('take', 'skip', 'peek'), fc.nat({ max: 40 }));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 8 }), fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 4 }), async (steps, sizes) => {
      const reader = new ByteReader(chunked(bytes, ...sizes), 1000);
      let at = 0;
      for (const [kind, length] of steps) {
        const expected = bytes.slice(at, at + length);
        if (kind === 'take') t.deepEqual(new Uint8Array(await reader.take(length)), expected);
        else if (kind === 'skip') t.is(await reader.skip(length), expected.length);
        else t.deepEqual(new Uint8Array(await reader.peek(length)), expected);
        if (kind !== 'peek') at += expected.length;
        t.is(reader.offset, 1000 + at);
      }
      const rest: number[] = [];
      for (let chunk = await reader.takeChunk(); chunk !== undefined; chunk = await reader.takeChunk()) rest.push(...chunk);
      t.deepEqual(rest, [...bytes.subarray(at)]);
    }),
  );
});

test('takeNow and skipNow consume all or nothing', async (t) => {
  const reader = new ByteReader(chunked(bytes, 10));
  t.is(reader.takeNow(1), undefined);
  await reader.peek(1);
  t.is(reader.takeNow(11), undefined);
  t.false(reader.skipNow(11));
  t.true(reader.skipNow(4));
  t.deepEqual(reader.takeNow(6), bytes.slice(4, 10));
  t.is(reader.offset, 10);
});

test('closes its source once, and not after its end', async (t) => {
  let closed = 0;
  const source = (count: number): AsyncIterable<Uint8Array> => ({
    [Symbol.asyncIterator]: () => ({ next: async () => (count-- > 0 ? { done: false, value: bytes } : { done: true, value: undefined }), return: async () => (closed++, { done: true, value: undefined }) }),
  });
  const reader = new ByteReader(source(2));
  await reader.take(1);
  await reader.close();
  await reader.close();
  t.is(closed, 1);
  const whole = new ByteReader(source(1));
  t.is((await whole.take(1000)).length, 100);
  await whole.close();
  t.is(closed, 1);
});
