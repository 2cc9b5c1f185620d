import { messageOf, UsageError } from '../../engine/errors.js';
import type { BufferPool } from '../../kernels/bufferPool.js';
import { collate, type Collated, type Stackable } from '../../kernels/collate.js';
import type { Tensor, Tf } from './tf.js';

/** Stack what `read` finds in each sample. @throws UsageError that names the field when the samples differ */
export function collateField<F>(field: string, samples: readonly (F | undefined)[], read: (sample: F) => Stackable, pool: BufferPool): Collated {
  try {
    return collate(samples.map((sample) => (sample === undefined ? undefined : read(sample))), pool);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new UsageError(`train: \`${field}\` must have one shape in all samples of a step: ${messageOf(cause)}`, { cause });
  }
}

/** A stacked field on the device. */
export function upload(tf: Tf, { shape, data }: Collated): Tensor {
  return tf.tensor(data, [...shape], data instanceof Float32Array ? 'float32' : 'int32');
}

/** `[n]`: 1 for a sample, 0 for padding. */
export function weightsOf(samples: readonly unknown[], pool: BufferPool): Collated {
  const data = pool.take('float32', samples.length);
  for (const [place, sample] of samples.entries()) data[place] = sample === undefined ? 0 : 1;
  return { shape: [samples.length], data };
}

/** @throws UsageError for a token id that the model has no row for */
export function checkIds(field: string, ids: Collated, vocabulary: number): void {
  for (const id of ids.data) if (id < 0 || id >= vocabulary) throw new UsageError(`train: \`${field}\` holds the id ${id}, and the model has a vocabulary of ${vocabulary} (\`text.vocabulary\`)`);
}
