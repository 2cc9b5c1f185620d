import test from 'ava';
import golden from '../../golden/big_vision/loc_tokens.json' with { type: 'json' };
import { locPieces, locTokens } from '../../../kernels/text/locTokens.js';
import { parseSegTokens, segPieces, segTokens } from '../../../kernels/text/segTokens.js';

const codes = Uint8Array.from({ length: 16 }, (_, code) => code);

test('golden: the ids of the pieces, and the suffix of a segmentation', (t) => {
  const pieces = [...locPieces, ...segPieces];
  for (const [piece, id] of Object.entries(golden.cases.first_last_ids)) t.is(256_000 + pieces.indexOf(piece), id);
  t.is(256_000 + pieces.length, golden.cases.vocab_size);
  t.is(locTokens([0.1, 0.2, 0.5, 0.75]) + segTokens(codes), golden.cases.suffix_example);
  t.deepEqual(parseSegTokens(golden.cases.suffix_example), { box: [102 / 1023, 205 / 1023, 512 / 1023, 767 / 1023], codes });
});

test('predictions that are not valid', (t) => {
  const mask = segTokens(codes);
  t.is(parseSegTokens(`${locTokens([0.5, 0, 0.5, 1])}${mask}`), undefined, 'no height');
  t.is(parseSegTokens(`${locTokens([0, 0.7, 1, 0.6])}${mask}`), undefined, 'no width');
  t.is(parseSegTokens(`${locTokens([0, 0, 1, 1])}${mask.slice(0, -1)}`), undefined, 'fewer than 20');
  t.is(parseSegTokens(`${locTokens([0, 0, 1, 1])}${mask.replace('<seg003>', '<seg128>')}`), undefined, 'out of range');
  t.is(parseSegTokens(`${mask}${locTokens([0, 0, 1, 1])}`), undefined, 'in another order');
});

test('codes that are none', (t) => {
  t.throws(() => segTokens([1, 2]), { instanceOf: RangeError, message: /a mask has 16 codes, got 2/ });
  t.throws(() => segTokens([...codes.subarray(1), 128]), { instanceOf: RangeError, message: /from 0 to 127, got 128/ });
});
