import test from 'ava';
import * as fc from 'fast-check';
import golden from '../../golden/big_vision/loc_tokens.json' with { type: 'json' };
import { locBin, locPieces, locTokens, parseLocTokens, type Yxyx } from '../../../kernels/text/locTokens.js';

const GEMMA = 256_000;

for (const { bbox_yxyx_normalised: box, bins, string, token_ids_gemma: ids, 'decoded_/1023': decoded } of golden.cases.boxes) {
  test(`golden: ${box.join(' ')}`, (t) => {
    t.deepEqual(box.map(locBin), bins);
    t.is(locTokens(box as unknown as Yxyx), string);
    t.deepEqual(string.match(/<loc\d+>/g)!.map((piece) => GEMMA + locPieces.indexOf(piece)), ids);
    t.deepEqual(parseLocTokens(string), decoded as unknown as Yxyx);
  });
}

test('what is written is read again', (t) => {
  const bin = fc.integer({ min: 0, max: 1023 }).map((place) => place / 1023);
  fc.assert(fc.property(fc.tuple(bin, bin, bin, bin), (box) => t.deepEqual(parseLocTokens(locTokens(box)), box)), { seed: 4 });
});

test('a coordinate that is none, and a text without a whole box', (t) => {
  t.throws(() => locTokens([0, 0, Number.NaN, 1]), { instanceOf: RangeError, message: /a coordinate must be a number, got NaN/ });
  t.is(parseLocTokens('<loc0001><loc0002><loc0003> cat'), undefined);
  t.is(parseLocTokens('<loc0001><loc0002><loc0003><loc1024>'), undefined);
});
