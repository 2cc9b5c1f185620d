/**
 * The cost of matching a predicted tubelet with a labelled one: the sum of its frames' costs over the frames that carry labels (sparse supervision,
 * specs/detection.md 5.3; arXiv 2304.12160). Frames without labels say nothing, so they cost nothing.
 */
export function tubeletCost(perFrame: ArrayLike<number>, frameLabelled: ArrayLike<number>): number {
  if (perFrame.length !== frameLabelled.length) throw new RangeError(`tubeletCost: ${perFrame.length} frames have costs, ${frameLabelled.length} a mark`);
  let sum = 0;
  for (let frame = 0; frame < perFrame.length; frame += 1) if (frameLabelled[frame] === 1) sum += perFrame[frame]!;
  return sum;
}
