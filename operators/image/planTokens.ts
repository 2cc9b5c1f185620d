import { mapSample } from '../../engine/mapSample.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import type { Encoded } from '../../formats/fields.js';
import { acceptHeader, orientedSize } from '../../formats/image/header.js';
import { decodableImageFormats } from '../../formats/image/sniff.js';
import { drawDropRate, keptTokens, type DropRate } from '../../kernels/drawDropRate.js';
import { checkAccepted } from './checkAccepted.js';
import type { DecodeImageOptions } from './decodeImage.js';
import { tokenTarget, type TokenTargetOptions } from './tokenTarget.js';

/** What a picture will be, in tokens. */
export interface TokenPlan {
  /** Side of a patch, in pixels. */
  readonly patchSize: number;
  /** Of the decoded picture that this is the plan for, in pixels. */
  readonly size: readonly [height: number, width: number];
  /** Patches along each side once it is resized. */
  readonly grid: readonly [rows: number, columns: number];
  /** Tokens that stay, 1 to rows x columns. */
  readonly kept: number;
}

/** What `planTokens` adds. */
export interface Planned {
  readonly tokenPlan: TokenPlan;
}

/** The target is said as to `resizeToTokens`, the rate as to `dropTokens`; `maxPixels` (64e6), `formats` (all five) and `autoOrient` (true) are those of the `decodeImage` that comes behind. */
export type PlanTokensOptions = TokenTargetOptions & Pick<DecodeImageOptions, 'maxPixels' | 'formats' | 'autoOrient'> & {
  /** How large a share of the tokens is dropped. @default none */
  readonly rate?: DropRate;
  /** The stage's name, where it stands more than once in a pipeline. @default 'planTokens' */
  readonly name?: string;
};

/**
 * Decide how many tokens a picture will have while it is still encoded, from the size that its header declares: adds `tokenPlan`. `dealSequences` deals by it, so no window
 * ever holds decoded pictures; `resizeToTokens({ planned: true })` and `dropTokens({ planned: true })` follow it.
 *
 * ```ts
 * pipeline(
 *   source, planTokens({ patchSize: 16, side: uniform(), range: [64, 256], rate: beta({ mean: 0.5, max: 0.9 }) }), dealSequences({ lengths: { patches: 256 }, openSequences: 64 }),
 *   decodeImage(), resizeToTokens({ planned: true }), patchify({ patchSize: 16 }), dropTokens({ planned: true }), packSequences({ lengths: { patches: 256 }, dealt: true }),
 * );
 * ```
 *
 * The size and the rate are drawn as those two would, by (seed, this stage, origin), so anew in each epoch. A header that cannot be read, or that `decodeImage` would refuse, goes to
 * quarantine here with the code that it would have there; what only decoding shows is refused there.
 *
 * @throws UsageError when an option is out of range
 */
export function planTokens<S extends Sample & { readonly image: Encoded }>(options: PlanTokensOptions): Stage<S, With<S, Planned> & Sample> {
  const { patchSize, rate, maxPixels = 64e6, formats = decodableImageFormats, autoOrient = true, name = 'planTokens' } = options;
  checkAccepted(name, { maxPixels, formats });
  const { gridOf, target } = tokenTarget(options, name);
  return mapSample<S, Planned>(
    name,
    ({ image, origin }, { random }) => {
      const header = acceptHeader(image.data, { maxPixels, formats });
      const { width, height } = autoOrient ? orientedSize(header) : header;
      const grid = gridOf({ width, height }, random);
      const tokens = grid[0] * grid[1];
      const kept = rate === undefined ? tokens : keptTokens(tokens, drawDropRate(random('drop'), rate, { tokens, epoch: origin.pass }));
      return { tokenPlan: { patchSize, size: [height, width], grid, kept } };
    },
    { ...target, ...(rate === undefined ? {} : { rate }), maxPixels, formats, autoOrient },
  );
}
