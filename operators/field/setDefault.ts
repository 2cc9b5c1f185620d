import { UsageError } from '../../engine/errors.js';
import { mapSample } from '../../engine/mapSample.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { filledLike, sizeOf, tensorOf, valueOf, type TensorValue } from '../../kernels/tensor.js';

export interface SetDefaultOptions<N extends string> {
  readonly field: N;
  readonly value: number | string | boolean;
  /** The stage's name, where it stands more than once in a pipeline. @default 'setDefault' */
  readonly name?: string;
}

/**
 * A value for samples that lack a field, or whose list is empty: big_vision's `setdefault(key, value)` (specs/vision-language.md 1.2). In an empty list or
 * typed array the value stands once along each empty axis; an empty text is a value.
 *
 * @throws UsageError for a value that is none
 */
export function setDefault<const N extends string, S extends Sample>({ field, value, name = 'setDefault' }: SetDefaultOptions<N>): Stage<S, With<S, Readonly<Record<N, TensorValue>>> & Sample> {
  if (!['number', 'string', 'boolean'].includes(typeof value)) throw new UsageError(`${name}: \`value\` must be a number, a text or a boolean, got ${String(value)}`);
  const work = (given: unknown): TensorValue => {
    if (given === undefined) return value;
    if (typeof given !== 'object' || given === null) return given as TensorValue;
    const tensor = tensorOf(given);
    if (tensor.values.length > 0) return given as TensorValue;
    const shape = tensor.shape.map((side) => side || 1);
    return valueOf({ ...tensor, shape, values: filledLike(tensor.values, sizeOf(shape), value) });
  };
  return mapSample<S, Readonly<Record<N, TensorValue>>>(name, (sample) => ({ [field]: work((sample as Readonly<Record<string, unknown>>)[field]) }) as Readonly<Record<N, TensorValue>>, { field, value });
}
