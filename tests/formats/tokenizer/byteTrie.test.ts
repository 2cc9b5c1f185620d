import test from 'ava';
import * as fc from 'fast-check';
import { byteTrie, type ByteTrie } from '../../../formats/tokenizer/byteTrie.js';

/** The number at the end of the walk along a text; undefined where the walk ends before. */
function walk({ base, parent, value }: ByteTrie, text: string): number | undefined {
  let node = 0;
  for (const byte of Buffer.from(text)) {
    const child = base[node]! ^ byte;
    if (parent[child] !== node) return undefined;
    node = child;
  }
  return value[node]!;
}

test('finds exactly what was put in, and beginnings of it with -1', (t) => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '\u0000', '\u007f', '\u00e9', '\u2581', '\ue000', '\uffff', '\ud83d\ude00', '\ud83d\ude01'), maxLength: 6 });
  fc.assert(
    fc.property(fc.uniqueArray(word, { maxLength: 60 }), fc.array(word, { maxLength: 30 }), (words, others) => {
      const trie = byteTrie(words.map((entry, nth) => [entry, nth]));
      words.forEach((entry, nth) => t.is(walk(trie, entry), nth));
      for (const other of others) {
        const found = words.indexOf(other);
        const begins = words.some((entry) => Buffer.from(entry).subarray(0, Buffer.byteLength(other)).equals(Buffer.from(other)));
        t.is(walk(trie, other), found >= 0 ? found : begins || other === '' ? -1 : undefined);
      }
    }),
    { numRuns: 200, seed: 3 },
  );
});

test('many words stay within a few places each', (t) => {
  const words = Array.from({ length: 30_000 }, (_, nth) => [`w${(nth * 7919).toString(26)}`, nth] as const);
  const trie = byteTrie(words);
  t.true(words.every(([word, nth]) => walk(trie, word) === nth));
  t.true(trie.base.length < 8 * words.length, `${trie.base.length} places`);
});
