import test from 'ava';
import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import golden from '../../golden/text/sentencepiece.json' with { type: 'json' };
import tokenization from '../../golden/big_vision/tokenization.json' with { type: 'json' };
import { sentencePiece } from '../../../formats/tokenizer/sentencePiece.js';
import { TokenizerError } from '../../../formats/tokenizer/tokenizerError.js';
import { locPieces } from '../../../kernels/text/locTokens.js';
import { segPieces } from '../../../kernels/text/segTokens.js';
import { sentencePieceFile, type PieceSpec, type SentencePieceSpec } from '../../helpers/sentencePieceFile.js';

const charsmap = Buffer.from(golden.charsmap, 'base64');
const specOf = (model: (typeof golden.models)[number]): SentencePieceSpec => {
  const spec = model.spec as unknown as Omit<SentencePieceSpec, 'charsmap'> & { readonly charsmap?: boolean };
  return { ...spec, charsmap: spec.charsmap === true ? charsmap : new Uint8Array(0) };
};
const special: readonly PieceSpec[] = [['<unk>', 0, 2], ['<s>', 0, 3], ['</s>', 0, 3]];
const plain = (...pieces: readonly PieceSpec[]): SentencePieceSpec => ({ pieces: [...special, ...pieces] });

for (const model of golden.models) {
  test(`golden: ids and texts of the C++ library: ${model.name}`, (t) => {
    const tokenizer = sentencePiece(sentencePieceFile(specOf(model)));
    for (const [text, ids, decoded] of model.cases as unknown as [string, number[], string][]) {
      t.deepEqual(tokenizer.encode(text), ids, JSON.stringify(text));
      t.is(tokenizer.decode(ids), decoded, JSON.stringify(text));
    }
    t.true(model.cases.length > 50);
  });
}

test("golden: big_vision's tokenizer with location and mask pieces", (t) => {
  const file = readFileSync(new URL('../../golden/big_vision/sp_tiny.model', import.meta.url));
  const tokenizer = sentencePiece(file, { extraPieces: [...locPieces, ...segPieces] });
  const [sizes, ...cases] = tokenization.cases.tokenizer as unknown as [Readonly<Record<string, number | number[]>>, ...{ text: string; ids: number[]; ids_bos_eos: number[]; roundtrip: string }[]];
  t.is(sentencePiece(file).vocabularySize, sizes['vocab_base'] as number);
  t.is(tokenizer.vocabularySize, sizes['vocab_with_loc_seg'] as number);
  for (const piece of ['<loc0000>', '<loc1023>', '<seg000>', '<seg127>']) t.deepEqual(tokenizer.encode(piece), sizes[piece] as number[]);
  const { bos, eos, pad, unknown } = tokenizer.special;
  t.deepEqual({ bos, eos, pad, unknown }, { bos: 2, eos: 1, pad: 0, unknown: 3 });
  for (const { text, ids, ids_bos_eos, roundtrip } of cases) {
    t.deepEqual(tokenizer.encode(text), ids, text);
    t.deepEqual([bos, ...ids, eos], ids_bos_eos);
    t.is(tokenizer.decode(ids), roundtrip, text);
  }
});

test('what is encoded does not depend on what was encoded before', (t) => {
  for (const model of golden.models) {
    const tokenizer = sentencePiece(sentencePieceFile(specOf(model)));
    const texts = fc.string({ unit: fc.constantFrom(...'abcdefi  \u00e9\u2581\t<', '\ud83d\ude00', '\ud800', '<sep>') , maxLength: 60 });
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 6 }), (all) => {
        const fresh = sentencePiece(sentencePieceFile(specOf(model)));
        t.deepEqual(all.map((text) => tokenizer.encode(text)), all.map((text) => fresh.encode(text)));
      }),
      { numRuns: 30, seed: 5 },
    );
  }
});

test('with byte fallback every text comes back', (t) => {
  const model = golden.models.find(({ name }) => name === 'bpe, byte fallback, no dummy prefix, spaces kept')!;
  const tokenizer = sentencePiece(sentencePieceFile(specOf(model)));
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      t.is(tokenizer.decode(tokenizer.encode(text)), text.replaceAll('\u2581', ' '));
    }),
    { numRuns: 200, seed: 6 },
  );
});

test('a long text without spaces takes time by its length', (t) => {
  const model = golden.models.find(({ name }) => name === 'bpe')!;
  const tokenizer = sentencePiece(sentencePieceFile(specOf(model)));
  const ids = tokenizer.encode('abcdefi'.repeat(20_000));
  t.true(ids.length > 20_000);
});

test('special pieces go by the names that the model gives them, and must be control pieces', (t) => {
  const file = sentencePieceFile({ pieces: [['<unk>', 0, 2], ['[B]', 0, 3], ['[E]', 0, 3], ['<pad>', -1, 1]], named: { bos: '[B]', eos: '[E]' } });
  t.deepEqual(sentencePiece(file).special, { bos: 1, eos: 2, unknown: 0 });
  t.is(sentencePiece(file).idOf('[E]'), 2);
  t.is(sentencePiece(file).idOf('nothing'), undefined);
});

test('what is no model of these kinds is refused, and says why', (t) => {
  const refused = (spec: SentencePieceSpec, message: RegExp): unknown => t.throws(() => sentencePiece(sentencePieceFile(spec)), { instanceOf: TokenizerError, message });
  refused({ ...plain(['a', 0, 1]), type: 'word' }, /of the type word; unigram and bpe are read/);
  refused({ ...plain(['a', 0, 1]), type: 'char' }, /of the type char/);
  refused({ pieces: [['a', 0, 1]] }, /must have one unknown piece, this has 0/);
  refused(plain(['a', 0, 1], ['a', -1, 1]), /"a" is twice/);
  refused(plain(['', 0, 1]), /piece 3 .* is empty/);
  refused(plain(['a', Number.NaN, 1]), /piece 3 .* has the score NaN/);
  refused({ ...plain(['a', 0, 1]), byteFallback: true }, /256 byte pieces/);
  refused({ ...plain(['a', 0, 1]), charsmap: Buffer.from([9, 9, 9]) }, /character map .* broken/);
  const whole = sentencePieceFile(plain(['a', 0, 1]));
  for (const cut of [1, 5, whole.length - 1]) t.throws(() => sentencePiece(whole.subarray(0, cut)), { instanceOf: TokenizerError, message: /at byte/ });
  t.throws(() => sentencePiece(new Uint8Array(0)), { instanceOf: TokenizerError, message: /no pieces/ });
  t.throws(() => sentencePiece(whole).decode([99]), { instanceOf: RangeError, message: /no piece has the id 99/ });
});

test('bytes from strangers: an error or a tokenizer, never anything else', (t) => {
  const whole = Buffer.from(sentencePieceFile({ ...plain(['\u2581a', -1, 1], ['b', -2, 1]), charsmap }));
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), (changes) => {
      const broken = Buffer.from(whole);
      for (const [at, byte] of changes) broken[at] = byte;
      try {
        t.true(Array.isArray(sentencePiece(broken).encode('a b \ufb01 e\u0301 \u3000\u00bd')));
      } catch (error) {
        t.true(error instanceof TokenizerError, String(error));
      }
    }),
    { numRuns: 500, seed: 7 },
  );
});
