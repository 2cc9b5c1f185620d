import { openBackend, type Backend, type BackendName } from '../../models/train/backend.js';
import type { Graph, Tensor, Tf } from '../../models/train/tf.js';
import { initialValues, type ParameterSpec } from '../../models/train/parameters.js';

/** One backend after the other: TensorFlow.js has one current backend in a process. */
export async function onEach<T>(names: readonly BackendName[], work: (backend: Backend) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (const name of names) {
    const backend = await openBackend(name);
    try {
      results.push(await work(backend));
    } finally {
      await backend.close();
    }
  }
  return results;
}

/** Fresh weights of some layers, and the graph that reads them. */
export function graphOf(tf: Tf, parameters: readonly ParameterSpec[], seed = 0): Graph & { readonly weights: ReadonlyMap<string, Tensor> } {
  const weights = new Map(parameters.map((spec) => [spec.name, tf.tensor(initialValues(spec, seed), [...spec.shape])]));
  return { tf, weights, weight: (name) => weights.get(name) as Tensor };
}

export async function numbers(tensor: Tensor): Promise<number[]> {
  return Array.from(await tensor.data());
}

/** The largest difference of two lists of numbers. */
export function apart(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let most = 0;
  for (let i = 0; i < a.length; i += 1) most = Math.max(most, Number.isNaN(a[i]) || Number.isNaN(b[i]) ? Number.POSITIVE_INFINITY : Math.abs((a[i] as number) - (b[i] as number)));
  return most;
}

/** Some numbers of no meaning, always the same. */
export function wave(length: number, shift = 0): Float32Array {
  return Float32Array.from({ length }, (_, index) => Math.sin(1.7 * index + shift) * (1 + ((index * 7) % 5)) * 0.3);
}
