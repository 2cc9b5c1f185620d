import { checkInteger } from '../../engine/check.js';
import { mapSample } from '../../engine/mapSample.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import type { Patches } from '../../kernels/patches.js';
import { patchify as patchesOf } from '../../kernels/patchify.js';
import type { PixelArray } from '../../kernels/resizeImage.js';

export interface PatchifyOptions {
  /** Side of a patch, in pixels. */
  readonly patchSize: number;
  /** The stage's name, where it stands more than once in a pipeline. @default 'patchify' */
  readonly name?: string;
}

/** What `patchify` adds. */
export interface Patched {
  readonly patches: Patches;
}

/**
 * Cut `pixels` into `patches`, row by row, of bytes or of floats as they are: big_vision's `patchify` (specs/vision-language.md 1.2 NaFlex). Pixels left over at the bottom
 * and the right are dropped; the pixels stay in the sample (`dropFields` takes them away).
 *
 * A picture smaller than a patch goes to quarantine, `image-smaller-than-patch`.
 *
 * @throws UsageError when an option is out of range
 */
export function patchify<S extends Sample & { readonly pixels: PixelArray }>({ patchSize, name = 'patchify' }: PatchifyOptions): Stage<S, With<S, Patched> & Sample> {
  checkInteger(name, 'patchSize', patchSize, 1);
  return mapSample<S, Patched>(name, ({ pixels }) => ({ patches: patchesOf(pixels, patchSize) }), { patchSize });
}
