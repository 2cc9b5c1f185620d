import test from 'ava';
import { readFileSync } from 'node:fs';
import { ModelError } from '../../../models/modelError.js';
import { owlv2Tokenizer } from '../../../models/owlv2/tokenizer.js';
import { goldenCases, splitFolder } from './tiny.js';

const read = (name: string): Record<string, unknown> => JSON.parse(readFileSync(`${splitFolder}/${name}`, 'utf8'));
const files = { tokenizer: read('tokenizer.json'), tokenizerConfig: read('tokenizer_config.json') };
const tokenizer = owlv2Tokenizer(files, 'here', { contextLength: 16 });

test('tokens equal those of the reference for every golden query: unicode, empty, long', (t) => {
  for (const { queries, input_ids: ids, attention_mask: mask } of goldenCases) {
    queries.forEach((query, i) => {
      const row = tokenizer.encode(query);
      t.deepEqual([...row.ids], ids[i], query);
      t.is(row.length, mask[i]!.reduce((a, b) => a + b), query);
    });
  }
});

test('a text too long keeps its end token, or loses it as in scenic', (t) => {
  const long = 'a very long query with more than sixteen tokens in it';
  const scenic = owlv2Tokenizer(files, 'here', { contextLength: 16, truncate: 'scenic' });
  const kept = tokenizer.encode(long);
  const cut = scenic.encode(long);
  t.is(kept.ids[15], 800);
  t.false(cut.ids.includes(800));
  t.deepEqual(cut.ids.subarray(0, 15), kept.ids.subarray(0, 15));
  t.deepEqual([kept.length, cut.length], [16, 16]);
  t.deepEqual(scenic.encode('circle'), tokenizer.encode('circle'));
});

test('an empty text is the start and the end', (t) => {
  t.deepEqual([...tokenizer.encode('').ids.subarray(0, 3)], [799, 800, 0]);
  t.is(tokenizer.encode(' \n').length, 2);
});

test('a capital sigma at the end of a word is lower-cased letter by letter', (t) => {
  t.deepEqual(tokenizer.encode('ΟΔΟΣ'), tokenizer.encode('οδοσ'));
  t.notDeepEqual(tokenizer.encode('ΟΔΟΣ'), tokenizer.encode('οδος'));
});

test('the padding id is that of pad_token', (t) => {
  const other = owlv2Tokenizer({ ...files, tokenizerConfig: { ...files.tokenizerConfig, pad_token: { content: '<|endoftext|>' } } }, 'here', { contextLength: 4 });
  t.deepEqual([...other.encode('').ids], [799, 800, 800, 800]);
});

test('says what is wrong with the files', (t) => {
  const refused = (changed: Partial<typeof files>, message: RegExp): void => {
    t.throws(() => owlv2Tokenizer({ ...files, ...changed }, 'here', { contextLength: 16 }), { instanceOf: ModelError, message });
  };
  refused({ tokenizer: { model: 1 } }, /tokenizer.json in here cannot be read/);
  refused({ tokenizer: { ...files.tokenizer, post_processor: null } }, /in here is not CLIP's/);
  refused({ tokenizerConfig: { ...files.tokenizerConfig, pad_token: 'no such' } }, /in here: pad_token "no such" is not in the vocabulary/);
  t.throws(() => owlv2Tokenizer(files, 'here', { contextLength: 16, truncate: 'hard' as 'scenic' }), { message: /truncate must be 'keep-end' or 'scenic', got "hard"/ });
});
