import { UsageError } from '../../engine/errors.js';
import { mapSample } from '../../engine/mapSample.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { valueRange as rangeOf } from '../../kernels/valueRange.js';
import type { ValueRangeOptions } from './valueRange.js';

/** Patches of one picture, or of a packed sequence. */
interface AnyPatches {
  readonly count: number;
  readonly width: number;
  readonly data: Float32Array | Uint8Array;
}

/** What `patchValueRange` makes of the patches. */
export interface FloatPatches<P> {
  readonly patches: P & { readonly data: Float32Array };
}

/**
 * `patches` of bytes become `patches` of float32, as `valueRange` does it with pixels: for behind `packSequences`, where bytes take a quarter of the room. Padding stays 0.
 *
 * @throws UsageError when a list has not one value for each of three channels
 */
export function patchValueRange<S extends Sample & { readonly patches: AnyPatches }>({ name = 'patchValueRange', ...range }: ValueRangeOptions = {}): Stage<
  S,
  With<S, FloatPatches<S['patches']>> & Sample
> {
  try {
    rangeOf(new Uint8Array(0), 3, range);
  } catch (error) {
    throw new UsageError(`${name}: ${(error as Error).message}`, { cause: error });
  }
  return mapSample<S, FloatPatches<S['patches']>>(
    name,
    ({ patches }) => {
      const data = new Float32Array(patches.data.length);
      data.set(rangeOf(patches.data.subarray(0, patches.count * patches.width), 3, range));
      return { patches: { ...patches, data } as S['patches'] & { readonly data: Float32Array } };
    },
    range,
  );
}
