import { checkInteger } from '../../engine/check.js';
import type { Sample } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { windowed } from '../../engine/windowed.js';
import { laneShare } from './laneShare.js';

export interface ShuffleOptions {
  /** Samples of the whole run that are looked at together; a lane holds window / lanes of them. */
  readonly window: number;
  /** Bytes that close a lane's window early. @default 256 MiB */
  readonly maxBytes?: number;
  /** @default 'shuffle' */
  readonly name?: string;
}

/**
 * Put the samples of a window in random order: every order equally likely, windows one after the other. The order is a function of the seed
 * and of who the samples are. Put it before decoding, so that it holds encoded bytes; extents are permuted and interleaved before it.
 *
 * @throws UsageError for a window below 1; when the run opens, for one with fewer samples than lanes
 */
export function shuffle<S extends Sample>({ window, maxBytes = 256 * 2 ** 20, name = 'shuffle' }: ShuffleOptions): Stage<S, S> {
  checkInteger(name, 'window', window, 1);
  return windowed<S, S>(name, (samples, tools) => tools.random().shuffle(samples), {
    samples: laneShare(name, window),
    maxBytes,
    options: { window },
  });
}
