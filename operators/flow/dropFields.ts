import { UsageError } from '../../engine/errors.js';
import { perSample } from '../../engine/perSample.js';
import type { Sample } from '../../engine/sample.js';
import { stage, type Stage } from '../../engine/stage.js';

export interface DropFieldsOptions {
  /** The stage's name, where it stands more than once in a pipeline. @default 'dropFields' */
  readonly name?: string;
}

/**
 * Take fields away, so that what comes behind holds no more than it needs: encoded bytes when they are decoded, pixels when they are cut into patches. big_vision's
 * `drop` (specs/vision-language.md 1.2). The samples before this stage stay as they are.
 *
 * ```ts
 * pipeline(readTar(url, { fields: { image } }), decodeImage(), dropFields(['image']));   // pixels alone go on
 * ```
 * @throws UsageError for no field, and for one that every sample must have
 */
export function dropFields<const F extends string, S extends Sample & { readonly [K in F]: unknown }>(fields: readonly F[], { name = 'dropFields' }: DropFieldsOptions = {}): Stage<S, Omit<S, F> & Sample> {
  if (fields.length === 0) throw new UsageError(`${name}: name one field at least`);
  for (const field of fields) if (['key', 'origin', 'cursor', 'members'].includes(field)) throw new UsageError(`${name}: every sample needs its \`${field}\``);
  const dropped = new Set<string>(fields);
  return stage<S, Omit<S, F> & Sample>({
    name,
    arity: 'one',
    options: { fields },
    connect: (context) =>
      perSample(context, (sample) => {
        const rest: Record<string, unknown> = {};
        for (const field in sample) if (!dropped.has(field)) rest[field] = sample[field];
        return rest as unknown as Omit<S, F> & Sample;
      }),
  });
}
