import { DrawLog } from './drawLog.js';
import type { Pipeline } from './pipeline.js';
import { readLane } from './read.js';
import { originText, type Origin } from './sample.js';

/** A pipeline that does what another one does, and what is known of its samples once it has run. */
export interface RecordedPipeline {
  readonly pipe: Pipeline;
  readonly draws: DrawLog;
  /** Where the sample's record ends in its shard; undefined if it was not read in this run. */
  endByteOf(origin: Origin): number | undefined;
}

/**
 * Write down, while a pipeline runs, where the records end that it reads and what its stages draw. What is written down is kept for the whole
 * run: it is for short ones.
 */
export function recordedPipeline({ source, stages, sink }: Pipeline): RecordedPipeline {
  const draws = new DrawLog();
  const ends = new Map<string, number>();
  return {
    pipe: {
      source: {
        ...source,
        async *read(options) {
          for await (const record of readLane(source, options)) {
            ends.set(originText(record.origin), record.endByte);
            yield record;
          }
        },
      },
      stages: stages.map((placed) => draws.watch(placed)),
      sink,
    },
    draws,
    endByteOf: (origin) => ends.get(originText({ ...origin, path: [] })),
  };
}
