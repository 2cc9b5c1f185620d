import test from 'ava';
import golden from '../../golden/big_vision/paligemma_train_eval_masks.json' with { type: 'json' };
import { prefixLmRow } from '../../../kernels/text/prefixLmRow.js';

test("golden: PaliGemma's training rows and the masks of the trainer", (t) => {
  for (const { prefix_tokens_with_bos: prefix, sep: separator, suffix_tokens_with_eos: suffix, text_len: length, text, mask_ar, mask_loss, trainer_view: view } of golden.cases.train) {
    const row = prefixLmRow({ prefix, separator, suffix }, length + 1, 0);
    t.deepEqual([[...row.tokens], [...row.maskAr], [...row.maskLoss]], [text, mask_ar, mask_loss]);
    t.is(row.truncated, prefix.length + separator.length + suffix.length > length + 1);
    t.deepEqual([[...row.tokens.subarray(0, -1)], [...row.tokens.subarray(1)], [...row.maskAr.subarray(0, -1)], [...row.maskLoss.subarray(1)]], [view.inputs, view.targets, view.mask_ar_in, view.mask_loss_shifted]);
  }
});

test("golden: PaliGemma's evaluation rows", (t) => {
  for (const { prefix_tokens_with_bos: prefix, sep: separator, suffix_tokens_no_eos: suffix, text_len: length, text, mask_ar, mask_input } of golden.cases.eval) {
    const row = prefixLmRow({ prefix, separator, suffix }, length, 0);
    t.deepEqual([[...row.tokens], [...row.maskAr], [...row.maskInput]], [text, mask_ar, mask_input]);
  }
});
