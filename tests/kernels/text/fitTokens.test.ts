import test from 'ava';
import * as fc from 'fast-check';
import masks from '../../golden/big_vision/paligemma_train_eval_masks.json' with { type: 'json' };
import tokenization from '../../golden/big_vision/tokenization.json' with { type: 'json' };
import { fitTokens } from '../../../kernels/text/fitTokens.js';

for (const { in: tokens, length, pad_value: pad, sticky_end: stickyEnd = false, out } of masks.cases.tolen as { in: number[]; length: number; pad_value: number; sticky_end?: boolean; out: number[] }[]) {
  test(`golden: as big_vision's tolen: ${JSON.stringify({ tokens, length, pad, stickyEnd })}`, (t) => {
    t.deepEqual([...fitTokens(tokens, { length, pad, stickyEnd })], out);
  });
}

test("golden: the table of big_vision's tokenize, end token 1, letter a 2", (t) => {
  for (const { text, eos, pad_value: pad, max_len: length, out } of tokenization.cases.tokenize_eos_pad_table) {
    const tokens = [...Array.from(text, () => 2), ...(eos === 'none' ? [] : [1])];
    t.deepEqual([...fitTokens(tokens, { length, pad, stickyEnd: eos === 'sticky' })], out, `${text} ${eos} ${pad}`);
  }
});

test('the beginning stays, whatever the length', (t) => {
  fc.assert(
    fc.property(fc.array(fc.nat(99), { maxLength: 12 }), fc.nat(12), fc.boolean(), (tokens, length, stickyEnd) => {
      const fitted = fitTokens(tokens, { length, pad: -1, stickyEnd });
      t.is(fitted.length, length);
      const kept = Math.min(tokens.length, stickyEnd && tokens.length > length ? length - 1 : length);
      t.deepEqual([...fitted].slice(0, Math.max(0, kept)), tokens.slice(0, Math.max(0, kept)));
      if (tokens.length < length) t.true(fitted.subarray(tokens.length).every((token) => token === -1));
    }),
    { seed: 2 },
  );
});
