import test from 'ava';
import { textCache } from '../../../operators/label/textCache.js';

const { signal } = new AbortController();

function counted(): { encode: (texts: readonly string[]) => Promise<{ text: string }[]>; asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    encode: async (texts) => {
      asked.push(...texts);
      return texts.map((text) => ({ text }));
    },
  };
}

test('encodes what it does not have, and forgets what was not used longest', async (t) => {
  const { encode, asked } = counted();
  const cache = textCache(encode, 3);
  t.deepEqual([...(await cache(['a', 'b', 'c'], signal)).keys()].toSorted(), ['a', 'b', 'c']);
  await cache(['a', 'd'], signal); // b is the oldest now and goes
  await cache(['a', 'c', 'd'], signal);
  t.deepEqual(asked, ['a', 'b', 'c', 'd']);
  await cache(['b'], signal);
  t.deepEqual(asked, ['a', 'b', 'c', 'd', 'b']);
});

test('more texts than it keeps, and none kept at all: every text is found', async (t) => {
  const texts = Array.from({ length: 1000 }, (_, i) => `text ${i}`);
  for (const maxTexts of [0, 1, 999, 1000]) {
    const { encode, asked } = counted();
    const cache = textCache(encode, maxTexts);
    for (let round = 0; round < 2; round += 1) t.deepEqual([...(await cache(texts, signal)).values()].map(({ text }) => text).toSorted(), texts.toSorted());
    t.is(asked.length, maxTexts === 1000 ? 1000 : 2000 - maxTexts, `${maxTexts}`);
  }
});

test('calls at the same time encode a text once', async (t) => {
  const { encode, asked } = counted();
  const cache = textCache(encode, 100);
  await Promise.all([cache(['a', 'b'], signal), cache(['b', 'c'], signal), cache(['a'], signal)]);
  t.deepEqual(asked, ['a', 'b', 'c']);
});

test('a failure is told to its caller alone; an aborted call encodes no more', async (t) => {
  let broken = true;
  const cache = textCache(async (texts) => (broken ? [] : texts.map((text) => ({ text }))), 10);
  await t.throwsAsync(cache(['a'], signal), { message: 'the teacher encoded 0 of 1 texts' });
  broken = false;
  t.deepEqual([...(await cache(['a'], signal)).keys()], ['a']);
  await t.throwsAsync(cache(['b'], AbortSignal.abort()), { any: true, name: 'AbortError' });
  t.is((await cache(['a', 'b'], signal)).size, 2);
});
