import { checkInteger } from '../../../engine/check.js';
import { lecunNormal, normal, type ParameterSpec } from '../parameters.js';
import type { Graph, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '../tf.js';
import { dense } from './dense.js';
import { encoder, type EncoderSize } from './encoder.js';
import { hats } from './hats.js';
import { attentionPooling, meanPooling } from './pooling.js';
import { product } from './product.js';
import { resizedKernel } from './resizedKernel.js';
import type { Segments } from './segments.js';
import { sincos2d } from './sincos2d.js';

/**
 * How a token knows its place.
 * - `learned`: a row for each place of one grid, `[1, height x width, width of a token]` (ViT, arXiv 2010.11929). For whole pictures of one size; in another grid, read
 *   bilinearly (FlexiViT, arXiv 2212.08013).
 * - `sincos2d`: fixed waves of row and column (plain ViT, arXiv 2205.01580).
 * - `factorised`: a learned row for each row and one for each column of the grid, added (NaViT, arXiv 2307.06304, section 2.1: factorised and absolute).
 * - `fractional`: the same of row / rows and column / columns: `bins` learned rows over 0 to 1, linear between them. The paper does not say how its learned
 *   fractional embedding reads a table; this is ours.
 */
export type Positions =
  | { readonly kind: 'learned'; readonly grid: readonly [height: number, width: number] }
  | { readonly kind: 'sincos2d' }
  | { readonly kind: 'factorised'; readonly rows: number; readonly columns: number }
  | { readonly kind: 'fractional'; readonly bins: number };

export interface VitOptions extends EncoderSize {
  /** Side of a patch, in pixels, for which the weights are kept. Patches of another size meet PI-resized weights (FlexiViT). */
  readonly patchSize: number;
  readonly positions: Positions;
  /** How an example's tokens become one: their mean (`gap`), or attention (`map`, SigLIP's); `none` where only `tokens` is asked for. @default 'gap' */
  readonly pool?: 'gap' | 'map' | 'none';
  /** Width of the output; none: that of a token. */
  readonly out?: number;
  /** @default Flax's for kernels */
  readonly headInit?: ParameterSpec['init'];
}

/** The tokens of a step's pictures, on the device. */
export interface PictureTokens {
  /** `[batch, n, patch x patch x 3]`, each patch row by row, channels interleaved. */
  readonly patches: Tensor3D;
  /** `[batch x n]`: where each token stands in its grid; fractions of the grid for `fractional`. For `learned` `[n]`, in the rows of the table's grid. */
  readonly rows: Tensor1D;
  readonly columns: Tensor1D;
  /** Of packed sequences; without it a row of the batch is one picture and has no padding. */
  readonly segments?: Segments;
}

/**
 * A vision transformer over patches, packed or not: a picture gives the same whether it stands alone or in a sequence with others. Parameters as in big_vision:
 * `embedding/kernel` `[patch, patch, 3, width]`, `pos_embedding`, `Transformer/...`, `MAPHead_0/...`, `head`.
 */
export function vit({ name, patchSize, positions, pool = 'gap', out, headInit, ...size }: VitOptions & { readonly name: string }) {
  checkInteger(name, 'patchSize', patchSize, 1);
  const { width } = size;
  const values = patchSize * patchSize * 3;
  const embed = dense({ name: `${name}/embedding`, from: values, to: width, init: lecunNormal(values), shape: [patchSize, patchSize, 3, width] });
  const tables = tablesOf(name, positions, width);
  const blocks = encoder({ name: `${name}/Transformer`, ...size });
  const attend = pool === 'map' ? attentionPooling({ name: `${name}/MAPHead_0`, width, heads: size.heads, mlpWidth: size.mlpWidth ?? 4 * width }) : undefined;
  const head = out === undefined ? undefined : dense({ name: `${name}/head`, from: width, to: out, ...(headInit === undefined ? {} : { init: headInit }) });
  return {
    parameters: [...embed.parameters, ...tables, ...blocks.parameters, ...(attend?.parameters ?? []), ...(head?.parameters ?? [])] satisfies ParameterSpec[],
    width: out ?? width,
    tokens,
    /** `[batch, slots, out]`: an example's features, or its logits; one slot without segments. */
    apply(graph: Graph, pictures: PictureTokens): Tensor3D {
      const members = pictures.segments?.members;
      const encoded = tokens(graph, pictures);
      const pooled = attend === undefined ? meanPooling(graph, encoded, members) : attend.apply(graph, encoded, members);
      return head === undefined ? pooled : (head.apply(graph, pooled) as Tensor3D);
    },
  };

  /** `[batch, n, width]`: the encoded tokens, not pooled. */
  function tokens(graph: Graph, { patches, rows, columns, segments }: PictureTokens): Tensor3D {
    const { tf } = graph;
    const [batch, count] = patches.shape;
    const places = tf.reshape(placed(graph, name, positions, rows, columns, width), [positions.kind === 'learned' ? 1 : batch, count, width]);
    return blocks.apply(graph, tf.add(embedded(graph, patches), places) as Tensor3D, segments?.bias);
  }

  function embedded(graph: Graph, patches: Tensor3D): Tensor3D {
    const [batch, count, own] = patches.shape;
    if (own === values) return embed.apply(graph, patches) as Tensor3D;
    const { tf, weight } = graph;
    const kernel = resizedKernel(tf, weight(`${name}/embedding/kernel`) as Tensor4D, Math.sqrt(own / 3));
    return tf.reshape(tf.add(product(tf, tf.reshape(patches, [-1, own]), tf.reshape(kernel, [own, width])), weight(`${name}/embedding/bias`)), [batch, count, width]);
  }
}

export type Vit = ReturnType<typeof vit>;

function tablesOf(name: string, positions: Positions, width: number): ParameterSpec[] {
  const init = normal(1 / Math.sqrt(width));
  const table = (part: string, shape: readonly number[]): ParameterSpec => ({ name: `${name}/${part}`, shape, init, decays: true });
  switch (positions.kind) {
    case 'learned':
      return [table('pos_embedding', [1, positions.grid[0] * positions.grid[1], width])];
    case 'sincos2d':
      return [];
    case 'factorised':
      return [table('pos_embedding/rows', [positions.rows, width]), table('pos_embedding/columns', [positions.columns, width])];
    case 'fractional':
      return [table('pos_embedding/rows', [positions.bins, width]), table('pos_embedding/columns', [positions.bins, width])];
  }
}

/** `[batch x n, width]`, or `[n, width]` for `learned`. */
function placed({ tf, weight }: Graph, name: string, positions: Positions, rows: Tensor1D, columns: Tensor1D, width: number): Tensor2D {
  const read = (part: string, places: Tensor1D, size: number): Tensor2D => product(tf, hats(tf, places, size), weight(`${name}/pos_embedding/${part}`) as Tensor2D);
  switch (positions.kind) {
    case 'learned': {
      const [height, across] = positions.grid;
      const shares = tf.mul(tf.expandDims(hats(tf, rows, height), 2), tf.expandDims(hats(tf, columns, across), 1));
      return product(tf, tf.reshape(shares, [-1, height * across]), tf.reshape(weight(`${name}/pos_embedding`), [-1, width]));
    }
    case 'sincos2d':
      return sincos2d(tf, rows, columns, width);
    case 'factorised':
      return tf.add(read('rows', rows, positions.rows), read('columns', columns, positions.columns));
    case 'fractional': {
      const last = positions.bins - 1;
      return tf.add(read('rows', tf.mul(rows, last), positions.bins), read('columns', tf.mul(columns, last), positions.bins));
    }
  }
}
