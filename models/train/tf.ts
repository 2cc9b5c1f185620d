import type * as tensorflow from '@tensorflow/tfjs';

/** TensorFlow.js, as `openBackend` loads it. Everything here takes it as an argument: the package is large, and only who trains needs it. */
export type Tf = typeof tensorflow;

export type { NamedTensorMap, Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D, Variable } from '@tensorflow/tfjs';

import type { Tensor } from '@tensorflow/tfjs';

/** What a layer computes with: the library, and the weights by their names. */
export interface Graph {
  readonly tf: Tf;
  /** @throws RangeError for a name that no layer has declared */
  weight(name: string): Tensor;
}
