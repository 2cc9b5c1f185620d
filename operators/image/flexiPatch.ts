import type { Batch } from '../../engine/batch.js';
import { checkInteger } from '../../engine/check.js';
import { UsageError } from '../../engine/errors.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { stepFields } from '../../engine/stepFields.js';

/** What `flexiPatch` adds. */
export interface FlexiPatch {
  /** Patches along a side. */
  readonly grid: number;
  /** Pixels along a patch's side: the picture's side over `grid`. */
  readonly patchSize: number;
}

export interface FlexiPatchOptions {
  /** Side of the pictures, in pixels. @default 240, the paper's */
  readonly side?: number;
  /** Patches along a side to choose from, all equally likely; each must divide `side`. @default the paper's: 5, 6, 8, 10, 12, 15, 16, 20, 24, 30 (patches of 48 down to 8 pixels) */
  readonly grids?: readonly number[];
  /** The stage's name, where it stands more than once in a pipeline. @default 'flexiPatch' */
  readonly name?: string;
}

/** arXiv 2212.08013, section 3.3, at 240 pixels. */
const PAPER_GRIDS: readonly number[] = [5, 6, 8, 10, 12, 15, 16, 20, 24, 30];

/**
 * FlexiViT's patch size, drawn anew for each step (arXiv 2212.08013; specs/vision-language.md 3): one draw a step for the whole batch on all ranks, a function of
 * (seed, stage, step). After `batch`. Every sample of the step gets `grid` and `patchSize`, and so does the step itself (`step.fields`), for a rank whose
 * lanes have ended. The pictures stay whole: the trainer cuts them, and fits its embedding's weights to the size (`kernels/piResize`).
 *
 * @throws UsageError when `side` or a grid is no whole number above 0, or a grid does not divide the side
 */
export function flexiPatch<S extends Sample>({ side = 240, grids = PAPER_GRIDS, name = 'flexiPatch' }: FlexiPatchOptions = {}): Stage<Batch<S>, Batch<With<S, FlexiPatch> & Sample>> {
  checkInteger(name, 'side', side, 1);
  if (grids.length === 0) throw new UsageError(`${name}: \`grids\` must have one entry at least, got none`);
  for (const grid of grids) {
    checkInteger(name, 'grids', grid, 1, side);
    if (side % grid !== 0) throw new UsageError(`${name}: every entry of \`grids\` must divide the side of ${side} pixels, got ${grid}`);
  }
  return stepFields<S, FlexiPatch>(
    name,
    ({ random }) => {
      const grid = random().choice(grids);
      return { grid, patchSize: side / grid };
    },
    { options: { side, grids } },
  );
}
