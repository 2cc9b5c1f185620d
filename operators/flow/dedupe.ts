import { checkInteger } from '../../engine/check.js';
import { tombstone, type Element, type Sample } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { windowed } from '../../engine/windowed.js';
import { laneShare } from './laneShare.js';

export interface DedupeOptions {
  /** Samples of the whole run that are compared with each other; a lane holds window / lanes of them. */
  readonly window: number;
  /** Bytes that close a lane's window early. @default 256 MiB */
  readonly maxBytes?: number;
  /** @default 'dedupe' */
  readonly name?: string;
}

/**
 * Of the samples of a window with the same `value`, keep the first; the others are counted as filtered, `duplicate in the window`. Samples in
 * different windows or lanes are not compared.
 *
 * @param value what makes two samples the same, such as `(sample) => sample.text`
 */
export function dedupe<S extends Sample>(value: (sample: S) => string | number, { window, maxBytes = 256 * 2 ** 20, name = 'dedupe' }: DedupeOptions): Stage<S, S> {
  checkInteger(name, 'window', window, 1);
  return windowed<S, S>(
    name,
    (samples): Element<S>[] => {
      const seen = new Set<string | number>();
      return samples.map((sample) => {
        const what = value(sample);
        if (seen.has(what)) return tombstone(sample, { stage: name, reason: 'duplicate in the window', kind: 'filtered' });
        seen.add(what);
        return sample;
      });
    },
    { samples: laneShare(name, window), maxBytes, options: { window } },
  );
}
