import test from 'ava';
import golden from '../../golden/big_vision/paligemma_train_eval_masks.json' with { type: 'json' };
import { concatTokens } from '../../../kernels/text/concatTokens.js';

test("golden: as big_vision's masked_concat", (t) => {
  for (const { prefix_tokens_with_bos: prefix, sep, suffix_tokens_with_eos: suffix, after_masked_concat: after } of golden.cases.train) {
    const { tokens, masks } = concatTokens([prefix, sep, suffix], { ar: [0, 0, 1], loss: [0, 0, 1] });
    t.deepEqual([...tokens], after.text);
    t.deepEqual([...masks.ar], after.mask_ar);
    t.deepEqual([...masks.loss], after.mask_loss);
  }
});

test('no parts, and parts without tokens', (t) => {
  t.deepEqual(concatTokens([], {}), { tokens: new Int32Array(0), masks: {} });
  t.deepEqual(concatTokens([[], [5]], { m: [0, 1] }), { tokens: Int32Array.of(5), masks: { m: Uint8Array.of(1) } });
});
