import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { readTokenizer } from '../../../formats/tokenizer/readTokenizer.js';
import { TokenizerError } from '../../../formats/tokenizer/tokenizerError.js';
import { sentencePieceFile } from '../../helpers/sentencePieceFile.js';

const model = sentencePieceFile({ pieces: [['<unk>', 0, 2], ['</s>', 0, 3], ['\u2581a', -1, 1]] });
const json = readFileSync(new URL('../../../models/tiny-owlv2/tokenizer.json', import.meta.url));

test('the format is told by the content', (t) => {
  t.is(readTokenizer(model).format, 'sentencepiece');
  t.is(readTokenizer(json).format, 'tokenizer.json');
  t.is(readTokenizer(Buffer.from('[PAD]\n[UNK]\na\n')).format, 'wordpiece');
  const merges = ['#version: 0.2', ...Array.from({ length: 48_894 }, (_, nth) => `#${nth} #`)].join('\n');
  t.is(readTokenizer(gzipSync(merges)).format, 'clip-bpe');
  t.is(readTokenizer(Buffer.from(merges)).format, 'clip-bpe');
});

test("tokenizer.json: the text's ids alone, special tokens by the usual names", (t) => {
  const tokenizer = readTokenizer(json);
  t.deepEqual(tokenizer.special, { bos: 799, eos: 800 });
  const ids = tokenizer.encode('a red circle');
  t.true(ids.length >= 3 && ids.every((id) => id < 799));
  t.deepEqual(tokenizer.encode('A  RED circle'), ids);
  t.deepEqual(tokenizer.encode(''), []);
  t.is(tokenizer.idOf('<|endoftext|>'), 800);
  t.notThrows(() => tokenizer.encode('\ud800 alone'));
});

test('pieces are appended to SentencePiece alone', (t) => {
  t.deepEqual(readTokenizer(model, { extraPieces: ['<loc0000>'] }).encode('a<loc0000>'), [2, 3]);
  t.throws(() => readTokenizer(json, { extraPieces: ['<loc0000>'] }), { instanceOf: TokenizerError, message: /SentencePiece vocabulary alone/ });
});

test('other files are refused with what they begin with', (t) => {
  t.throws(() => readTokenizer(Buffer.from('hello')), { instanceOf: TokenizerError, message: /no tokenizer: it begins with "hello"; read are/ });
  t.throws(() => readTokenizer(new Uint8Array(0)), { instanceOf: TokenizerError, message: /the file is empty/ });
  for (const text of ['{"a": 1}', '{', '{}']) t.throws(() => readTokenizer(Buffer.from(text)), { instanceOf: TokenizerError, message: /tokenizer\.json cannot be read/ });
});
