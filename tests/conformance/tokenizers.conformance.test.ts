import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import clip16 from '../golden/owl/clip_tokens_16.json' with { type: 'json' };
import { readTokenizer } from '../../formats/tokenizer/readTokenizer.js';
import { sentencePiece } from '../../formats/tokenizer/sentencePiece.js';
import type { Tokenizer } from '../../formats/tokenizer/tokenizer.js';
import { fitTokens } from '../../kernels/text/fitTokens.js';

// Every line of shared/data/tokenizers/expected: ids by sentencepiece 0.2.2, tokenizers 0.23.2 (BERT) and OpenAI's CLIP with ftfy 6.3.1, for texts in
// some hundred languages and the odd ones that break tokenizers.

const root = fileURLToPath(new URL('../..', import.meta.url));
const tokenizers = resolve(root, process.env['MILLRACE_SHARED'] ?? '../shared', 'data/tokenizers');
const read = (name: string): Buffer => readFileSync(resolve(tokenizers, name));
const LINES = 478;

interface Line {
  readonly text: string;
  readonly ids: readonly number[];
  readonly decoded?: string;
}
const linesOf = (name: string): readonly Line[] => read(`expected/${name}.jsonl`).toString().trim().split('\n').map((line) => JSON.parse(line) as Line);

test.before((t) => {
  t.true(existsSync(tokenizers), `missing ${tokenizers}: point MILLRACE_SHARED at the folder that holds data/`);
});

for (const [name, model] of [['sp_fast_sentencepiece', 'fast_sentencepiece'], ['sp_test_model', 'test_model']] as const) {
  test(`SentencePiece: every line of ${name}, there and back`, (t) => {
    const tokenizer = sentencePiece(read(`sentencepiece/${model}.model`));
    const lines = linesOf(name);
    for (const { text, ids, decoded } of lines) {
      t.deepEqual(tokenizer.encode(text), ids, text);
      t.is(tokenizer.decode(ids), decoded as string);
    }
    t.is(lines.length, LINES);
  });
}

const bert = (): Tokenizer => readTokenizer(read('bert/bert-vocab.txt'));
const withEnds = ({ encode, special }: Tokenizer, text: string): (number | undefined)[] => [special.bos, ...encode(text), special.eos];

test('WordPiece: every line of bert_uncased', (t) => {
  const tokenizer = bert();
  t.is(tokenizer.format, 'wordpiece');
  const lines = linesOf('bert_uncased');
  for (const { text, ids } of lines) t.deepEqual(withEnds(tokenizer, text), ids, text);
  t.is(lines.length, LINES);
});

test('WordPiece: the texts of the Transformers library', (t) => {
  const tokenizer = bert();
  const cases = JSON.parse(read('expected/transformers_tokenizer_tests.json').toString()) as Readonly<Record<string, readonly { readonly input: string; readonly encoded: { readonly input_ids: readonly number[] } }[]>>;
  for (const name of ['bert-base-uncased', 'google-bert/bert-base-uncased']) for (const { input, encoded } of cases[name]!) t.deepEqual(withEnds(tokenizer, input), encoded.input_ids, input);
});

test('CLIP: every line of clip_bpe', (t) => {
  const tokenizer = readTokenizer(read('clip/bpe_simple_vocab_16e6.txt.gz'));
  const lines = linesOf('clip_bpe');
  for (const { text, ids } of lines) t.deepEqual(tokenizer.encode(text), ids, text);
  t.is(lines.length, LINES);
});

test("CLIP: golden: scenic's 16 tokens, cut without an end", (t) => {
  const { encode, special } = readTokenizer(read('clip/bpe_simple_vocab_16e6.txt.gz'));
  for (const { text, tokens } of clip16.cases) t.deepEqual([...fitTokens([special.bos!, ...encode(text), special.eos!], { length: 16, pad: 0 })], tokens, text);
});

test('tokenizer.json: a small one that lacks what the library always writes', (t) => {
  const tokenizer = readTokenizer(read('tiny/tokenizer.json'));
  t.deepEqual(tokenizer.special, { bos: 0, pad: 1, eos: 2, unknown: 3 });
  t.deepEqual(tokenizer.encode('_ <eos>'), [6, 2]);
});
