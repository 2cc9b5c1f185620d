import { UsageError } from '../../engine/errors.js';
import type { Sample } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import type { FieldsOptions } from './keepFields.js';
import { mapFields } from './mapFields.js';

/**
 * All but these fields go on, so that what comes behind holds no more than it needs: encoded bytes when they are decoded, pixels when they are cut into patches.
 * big_vision's `drop` (specs/vision-language.md 1.2). One that a sample lacks is no fault.
 *
 * ```ts
 * pipeline(readTar(url, { fields: { image } }), decodeImage(), dropFields(['image']));   // pixels alone go on
 * ```
 * @throws UsageError for no fields, and for one that every sample must have
 */
export function dropFields<const N extends string, S extends Sample & Readonly<Record<N, unknown>>>(fields: readonly N[], { name = 'dropFields' }: FieldsOptions = {}): Stage<S, Omit<S, N> & Sample> {
  if (fields.length === 0) throw new UsageError(`${name}: \`fields\` names nothing to drop`);
  for (const field of fields) if (['key', 'origin', 'cursor', 'members'].includes(field)) throw new UsageError(`${name}: every sample needs its \`${field}\``);
  const dropped = new Set<string>(fields);
  return mapFields<S, Omit<S, N> & Sample>(name, { options: { fields } }, (entries) => entries.filter(([field]) => !dropped.has(field)));
}
