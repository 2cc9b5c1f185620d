import { UsageError } from '../../engine/errors.js';

/** A window of the whole run, shared by its lanes. @throws UsageError, when the run opens, for a window with fewer samples than lanes */
export function laneShare(name: string, window: number): (lanes: number) => number {
  return (lanes) => {
    if (window < lanes) throw new UsageError(`${name}: the \`window\` of ${window} samples cannot be shared by ${lanes} lanes; it counts the whole run, so make it ${lanes} at least`);
    return Math.floor(window / lanes);
  };
}
