import { normal, xavierUniform } from '../parameters.js';
import type { Graph, Tensor } from '../tf.js';
import { dense } from './dense.js';
import { gelu } from './gelu.js';

/** Two dense layers with a gelu between, `MlpBlock_0` of the papers' code. */
export function mlp({ name, width, hidden }: { readonly name: string; readonly width: number; readonly hidden: number }) {
  const biasInit = normal(1e-6);
  const first = dense({ name: `${name}/Dense_0`, from: width, to: hidden, init: xavierUniform(width, hidden), biasInit });
  const second = dense({ name: `${name}/Dense_1`, from: hidden, to: width, init: xavierUniform(hidden, width), biasInit });
  return {
    parameters: [...first.parameters, ...second.parameters],
    apply(graph: Graph, x: Tensor): Tensor {
      return second.apply(graph, gelu(graph.tf, first.apply(graph, x)));
    },
  };
}
