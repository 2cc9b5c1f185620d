import type { PreviewResult } from '../../sinks/previewSheet.js';
import type { InspectedShards } from './inspectedShards.js';
import type { Inspection } from './inspection.js';

/** What `inspect` says; with `--json` as it is. */
export interface InspectReport extends Inspection, Omit<InspectedShards, 'shards' | 'wrong'> {
  readonly url: string;
  readonly shards: number;
  /** Fewer than `shards` where `--limit` was reached. */
  readonly shardsRead: number;
  /** Of all shards, as stored. */
  readonly bytes: number;
  readonly lookIntoPerShard: number;
  readonly preview?: PreviewResult;
}
