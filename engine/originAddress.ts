import { UsageError } from './errors.js';
import { originLabel, type Origin } from './sample.js';

/** An origin as people write it; which input of the pipeline it means is for its plan to say. */
export interface OriginAddress {
  /** The text as given. */
  readonly text: string;
  /** The shard as the plan spells it, or `PATH:SHARD` with the path of its source. */
  readonly place: string;
  readonly record: number;
  /** Index of the child in each expansion; empty: the record with all its children. */
  readonly children: readonly number[];
  readonly epoch: number;
}

const SYNTAX = 'SHARD#RECORD, then a child _0 and an epoch @0 where needed, and before it the input of a mixture, such as mix/0/readTar:shards/00001.tar#17_0@2';

/** An origin as `order --origins` and `why` print it: `shards/00001.tar#17@0`, of an input of a composite source `mix/0/readTar:shards/00001.tar#17_0@2`. */
export function originAddress(origin: Pick<Origin, 'dataset' | 'shard' | 'record' | 'pass' | 'path'>): string {
  return `${origin.dataset.includes('/') ? `${origin.dataset}:` : ''}${originLabel(origin)}@${origin.pass}`;
}

/** Reads what `originAddress` prints; without an epoch it is the first. @throws UsageError for anything else */
export function parseOriginAddress(text: string): OriginAddress {
  // The last # counts: a shard's name may hold any character.
  const [, place, record, children, epoch = '0'] = /^(.+)#(\d+)((?:_\d+)*)(?:@(\d+))?$/s.exec(text) ?? [];
  const [at = Number.NaN, pass = Number.NaN, ...path] = [record, epoch, ...(children ?? '').split('_').slice(1)].map(Number);
  if (place === undefined || ![at, pass, ...path].every(Number.isSafeInteger)) throw new UsageError(`not an origin: ${JSON.stringify(text)}; it is written ${SYNTAX}`);
  return { text, place, record: at, children: path, epoch: pass };
}
