import type { Sample } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { flattenKeys } from '../../kernels/flattenKeys.js';
import type { FieldsOptions } from './keepFields.js';
import { mapFields } from './mapFields.js';

/**
 * The members of fields that are JSON objects become fields of their own, `scene/width`: big_vision's `flatten` (specs/vision-language.md 1.2). Which fields
 * come out depends on the data, so the compiler knows none of them.
 */
export function flattenFields<S extends Sample>({ name = 'flattenFields' }: FieldsOptions = {}): Stage<S, Sample> {
  return mapFields<S, Sample>(name, {}, (entries) => flattenKeys(entries));
}
