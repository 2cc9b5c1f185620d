import type { Sample, With } from '../../engine/sample.js';

/** A sample that has a field of this name and type. */
export type HasField<Field extends string, T> = Sample & { readonly [K in Field]: T };

/** `S` with a field of this name and type, added or replaced. A stage of it is cast: TypeScript does not compare mapped types whose keys are open. */
export type WithField<S extends Sample, Field extends string, T> = With<S, { readonly [K in Field]: T }> & Sample;
