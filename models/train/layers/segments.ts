import type { Tensor2D, Tensor3D, Tensor4D, Tf } from '../tf.js';

/** Added to the logit of a token that must not be seen. Not infinity: a row of nothing else would be NaN. */
const HIDDEN = -1e9;

/** What a packed sequence tells attention and pooling, made once a step outside the traced function. */
export interface Segments {
  /** `[batch, 1, length, length]`: 0 where two tokens are of one example (or both padding), else far below 0. */
  readonly bias: Tensor4D;
  /** `[batch, slots, length]`: 1 where a token belongs to example `slot + 1`. */
  readonly members: Tensor3D;
}

/**
 * @param ids `[batch, length]`, int32: from 1, 0 is padding (NaViT, arXiv 2307.06304, figure 2)
 * @param slots examples that a sequence has room for, the papers' E_max; a higher id belongs to none
 */
export function segments(tf: Tf, ids: Tensor2D, slots: number): Segments {
  const [batch, length] = ids.shape;
  const same = tf.tidy(() => tf.cast(tf.equal(tf.reshape(ids, [batch, 1, length, 1]), tf.reshape(ids, [batch, 1, 1, length])), 'float32'));
  const bias = tf.tidy(() => tf.mul(tf.sub(1, same), HIDDEN) as Tensor4D);
  same.dispose();
  const members = tf.tidy(() => tf.cast(tf.equal(tf.reshape(ids, [batch, 1, length]), tf.reshape(tf.range(1, slots + 1, 1, 'int32'), [1, slots, 1])), 'float32') as Tensor3D);
  return { bias, members };
}

/** The bias by which `slots` queries look at their own tokens alone, `[batch, 1, slots, length]`; a slot without tokens looks at all of them. */
export function memberBias(tf: Tf, members: Tensor3D): Tensor4D {
  return tf.expandDims(tf.mul(tf.sub(1, members), HIDDEN), 1) as Tensor4D;
}
