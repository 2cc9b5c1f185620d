import { checkInteger } from '../../../engine/check.js';
import { normal } from '../parameters.js';
import type { Graph, Tensor1D, Tensor2D, Tensor3D } from '../tf.js';
import { dense } from './dense.js';
import { embedding } from './embedding.js';
import { encoder, type EncoderSize } from './encoder.js';
import { hats } from './hats.js';
import { product } from './product.js';
import { meanPooling } from './pooling.js';
import type { Segments } from './segments.js';

export interface TextOptions extends EncoderSize {
  /** Token ids, from 0. */
  readonly vocabulary: number;
  /** Tokens of one text at most. */
  readonly maxTokens: number;
  /** A text is its last token (`last`: the last place, padded or not; SigLIP's), or the mean of its tokens (`gap`). Packed texts have no padding of their own, so `last` is the last word. @default 'last' */
  readonly pool?: 'last' | 'gap';
  /** Width of the output. */
  readonly out: number;
}

/** The texts of a step, on the device. */
export interface TextTokens {
  /** `[batch, n]`, int32. */
  readonly ids: Tensor2D;
  /** Of packed texts. */
  readonly packed?: {
    readonly segments: Segments;
    /** `[batch x n]`: the place of each token in its own text, from 0. */
    readonly positions: Tensor1D;
    /** `[batch, slots, n]`: 1 at the last token of each text. */
    readonly ends: Tensor3D;
  };
}

/** SigLIP's text tower: every token sees every other of its text, padding too (big_vision's `text_transformer`). Parameters: `Embed_0`, `pos_embedding`, `Encoder_0/...`, `head`. */
export function textEncoder({ name, vocabulary, maxTokens, pool = 'last', out, ...size }: TextOptions & { readonly name: string }) {
  checkInteger(name, 'maxTokens', maxTokens, 1);
  const { width } = size;
  const embed = embedding({ name: `${name}/Embed_0`, entries: vocabulary, width, init: normal(1 / Math.sqrt(width)) });
  const places = { name: `${name}/pos_embedding`, shape: [1, maxTokens, width], init: normal(1 / Math.sqrt(width)), decays: true };
  const blocks = encoder({ name: `${name}/Encoder_0`, ...size });
  const head = dense({ name: `${name}/head`, from: width, to: out });
  return {
    parameters: [...embed.parameters, places, ...blocks.parameters, ...head.parameters],
    /** `[batch, slots, out]`; one slot where texts are not packed. */
    apply(graph: Graph, { ids, packed }: TextTokens): Tensor3D {
      const { tf } = graph;
      const [batch, count] = ids.shape;
      const table = tf.reshape(graph.weight(places.name), [maxTokens, width]) as Tensor2D;
      if (packed === undefined && count > maxTokens) throw new RangeError(`texts of ${count} tokens, and the model has room for ${maxTokens}`);
      const at = packed === undefined ? tf.reshape(tf.slice(table, [0, 0], [count, width]), [1, count, width]) : tf.reshape(product(tf, hats(tf, packed.positions, maxTokens), table), [batch, count, width]);
      const tokens = tf.add(tf.reshape(embed.apply(graph, tf.reshape(ids, [-1]) as Tensor1D), [batch, count, width]), at) as Tensor3D;
      const encoded = blocks.apply(graph, tokens, packed?.segments.bias);
      return head.apply(graph, pooled(encoded)) as Tensor3D;

      function pooled(x: Tensor3D): Tensor3D {
        if (pool === 'gap') return meanPooling(graph, x, packed?.segments.members);
        return packed === undefined ? tf.slice(x, [0, count - 1, 0], [batch, 1, width]) : tf.matMul(packed.ends, x);
      }
    },
  };
}

export type TextEncoder = ReturnType<typeof textEncoder>;
