import { exitCodes, StoppedError } from '../engine/errors.js';
import { integer } from '../engine/recipe.js';
import { decompress } from '../formats/tar/decompress.js';
import { tarMembers } from '../formats/tar/tarMembers.js';
import { groupRecords, type TarRecord } from '../formats/tar/webdataset.js';
import type { PreviewSheet } from '../sinks/previewSheet.js';
import { StoreError } from '../storage/objectStore.js';
import { openStores } from '../storage/openStores.js';
import type { Stores } from '../storage/stores.js';
import { inspectRecipe } from './inspect/inspectRecipe.js';
import { inspectedShards } from './inspect/inspectedShards.js';
import { Inspector } from './inspect/inspection.js';
import { inspectionLines } from './inspect/inspectionLines.js';
import type { InspectReport } from './inspect/inspectReport.js';
import { previewSampleOf } from './inspect/shownSample.js';
import type { Command, Io } from './io.js';
import { oneLine, safeJson } from './oneLine.js';
import { firstPositional, parse, parser } from './options.js';

/** Records of each shard whose files are looked into; of the others only the tar headers are read. */
const LOOK_INTO = 200;
const PREVIEW_SAMPLES = 24;
/** A pipeline file, not shards. */
const RECIPE = /\.[cm]?[jt]s$/;
/** Those of readTar, so that what a run would refuse is a fault here. */
const LIMITS = { maxMemberBytes: 256 * 2 ** 20, maxMembersPerRecord: 100 };

export const inspect: Command = {
  name: 'inspect',
  summary: 'show what is in shards or in the output of a run: files, sizes, pictures, faults, the first samples; or what a recipe makes of its first samples',
  async run(args, io) {
    const command = parser('inspect', inspect.summary, ["millrace inspect pipelines/owl-st.ts --in 'shards/*.tar' --preview out/owl-st", "millrace inspect 'shards/{00000..00127}.tar'", 'millrace inspect out/owl-st --preview out/owl-st-preview', "millrace inspect 's3://web/*.tar' --limit 1000 --json"], io)
      .argument('<url>', 'tar shards (braces, globs, several joined by ::), the output folder of a run, or a recipe: with its path before --help, the options for that')
      .option('--samples <INTEGER>', 'list this many samples', '5')
      .option('--limit <INTEGER>', 'stop after so many records')
      .option('--preview <FILE>', `draw the first ${PREVIEW_SAMPLES} samples (or as many as --samples, if more): FILE.html and FILE.png`)
      .option('--json', 'print one JSON object');
    if (RECIPE.test(firstPositional(command, args) ?? '')) return inspectRecipe(args, io);
    parse(command, args);
    const [url] = command.processedArgs as [string];
    const options = command.opts<{ samples: string; limit?: string; preview?: string; json?: boolean }>();
    const samples = integer(undefined, { min: 0, max: 1000 }).parse(options.samples, '--samples');
    const limit = options.limit === undefined ? Number.POSITIVE_INFINITY : integer(undefined, { min: 1 }).parse(options.limit, '--limit');
    const stores = openStores().stores;
    const { shards, wrong, ...rest } = await inspectedShards(url, stores);

    const inspector = new Inspector(samples);
    for (const { code, ...first } of wrong) inspector.fault(code, first);
    const sheet = options.preview === undefined ? undefined : await openSheet(url, Math.max(samples, PREVIEW_SAMPLES));
    let shardsRead = 0;
    let left = limit;
    try {
      for (const shard of shards) {
        if (left <= 0) break;
        shardsRead += 1;
        left -= await readShard(shard.url, { stores, io, limit: left, look: Math.max(LOOK_INTO, samples) }, async (record, look) => {
          inspector.add(shard.url, record, look);
          if (look && record.fault === undefined && sheet?.full === false) await sheet.add(previewSampleOf(record.key, record.members));
        });
      }
    } catch (error) {
      if (io.signal.aborted) throw new StoppedError('inspect was stopped; nothing was written', { cause: error });
      throw error;
    }
    const preview = options.preview === undefined ? undefined : await sheet?.write(options.preview, stores);
    const report: InspectReport = {
      url,
      ...rest,
      shards: shards.length,
      shardsRead,
      bytes: shards.reduce((sum, { bytes }) => sum + bytes, 0),
      lookIntoPerShard: Math.max(LOOK_INTO, samples),
      ...inspector.result(),
      ...(preview === undefined ? {} : { preview }),
    };
    io.out(options.json === true ? safeJson(report) : inspectionLines(report).join('\n'));
    return exitCodes.complete;
  },
};

/** Loaded only when asked for: the image library takes a while, and a machine without it can inspect all the same. */
async function openSheet(url: string, count: number): Promise<PreviewSheet> {
  const previewSheet = await import('../sinks/previewSheet.js');
  return new previewSheet.PreviewSheet('--preview', { count, title: oneLine(url, 200) });
}

interface ReadShardOptions {
  readonly stores: Stores;
  readonly io: Io;
  /** Records to read at most. */
  readonly limit: number;
  /** Records to read with their data, from the first. */
  readonly look: number;
}

/** Read a shard's first records with their data, and if there are more, all of them by their headers. @returns the records read */
async function readShard(shard: string, { stores, io, limit, look }: ReadShardOptions, each: (record: TarRecord, look: boolean) => Promise<void>): Promise<number> {
  const records = (data: boolean, fresh = false): AsyncGenerator<TarRecord> =>
    groupRecords(tarMembers(decompress(stores(shard).read(shard, { signal: io.signal, fresh })), { maxMemberBytes: LIMITS.maxMemberBytes, data }), LIMITS);
  let count = 0;
  const take = async (record: TarRecord, data: boolean): Promise<void> => {
    if (record.endsShard === true) await confirm(shard, record, records(false, true));
    count += 1;
    await each(record, data);
  };
  for await (const record of records(true)) {
    if (count >= Math.min(limit, look)) break;
    await take(record, true);
  }
  if (count < look || count >= limit) return count;
  for await (const record of records(false)) {
    if (count >= limit) break;
    if (record.index >= look) await take(record, false);
  }
  return count;
}

/** Corruption is declared only after an uncached re-read agrees. */
async function confirm(shard: string, { fault }: TarRecord, again: AsyncIterable<TarRecord>): Promise<void> {
  let second: TarRecord['fault'];
  for await (const record of again) if (record.endsShard === true) second = record.fault;
  if (second?.code === fault?.code && second?.byteOffset === fault?.byteOffset) return;
  throw new StoreError('transient', shard, `${shard}: two reads disagree (${fault?.message}; then ${second?.message ?? 'no fault'}); look at the disk or the network, and try again`);
}
