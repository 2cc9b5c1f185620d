import { mapFields } from './mapFields.js';
import { UsageError } from '../../engine/errors.js';
import type { Sample } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';

export interface FieldsOptions {
  /** The stage's name, where it stands more than once in a pipeline. */
  readonly name?: string;
}

/**
 * Only these fields go on (and who the sample is): big_vision's `keep` (specs/vision-language.md 1.2). A field that the sample lacks goes to quarantine with it,
 * `field-missing`. It is also what frees memory: what is not kept is held by nobody.
 *
 * ```ts
 * keepFields(['pixels', 'labels'])
 * ```
 * @throws UsageError for no fields
 */
export function keepFields<const N extends string, S extends Sample & Readonly<Record<N, unknown>>>(fields: readonly N[], { name = 'keepFields' }: FieldsOptions = {}): Stage<S, Pick<S, N | keyof Sample> & Sample> {
  if (fields.length === 0) throw new UsageError(`${name}: \`fields\` names nothing to keep`);
  const kept = new Set<string>(fields);
  return mapFields<S, Pick<S, N | keyof Sample> & Sample>(name, { needs: fields, options: { fields } }, (entries) => entries.filter(([field]) => kept.has(field)));
}
