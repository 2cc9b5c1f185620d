import { exitCodes, messageOf, UsageError } from '../engine/errors.js';
import { encodeIndex, INDEX_ENDING, indexShard, NotSeekableError } from '../formats/tar/shardIndex.js';
import { findIndex } from '../sources/cutByIndex.js';
import { expandUrls } from '../storage/expandUrls.js';
import { StoreError, type ObjectInfo } from '../storage/objectStore.js';
import { openStores } from '../storage/openStores.js';
import { bytesText, type Command, type Io } from './io.js';
import { parse, parser } from './options.js';

export const index: Command = {
  name: 'index',
  summary: 'write a small index beside each tar shard: record ranges for streaming runs, and resumes that need not read a shard from its start',
  async run(args, io) {
    const command = parser('index', index.summary, ["millrace index 'shards/*.tar'", "millrace index 'shards/{00000..00127}.tar' --json"], io)
      .argument('<urls...>', 'shards, as a recipe names them: braces, wildcards, a list with ::')
      .option('--force', 'also where an index of a shard of this size is there already')
      .option('--json', 'one JSON object a shard');
    parse(command, args);
    const [urls] = command.processedArgs as [string[]];
    const { force = false, json = false } = command.opts<{ force?: boolean; json?: boolean }>();
    const stores = openStores().stores;
    const shards = await expandUrls(urls, stores).catch((error: unknown) => {
      throw error instanceof StoreError && error.code !== 'transient' ? new UsageError(error.message, { cause: error }) : error;
    });
    let refused = 0;
    for (const shard of shards.filter(({ url }) => !url.endsWith(INDEX_ENDING))) {
      io.signal.throwIfAborted();
      try {
        tell(io, json, shard, await indexOne(shard));
      } catch (error) {
        if (!(error instanceof NotSeekableError)) throw error;
        refused += 1;
        if (json) io.out(JSON.stringify({ shard: shard.url, refused: messageOf(error) }));
        else io.err(`${shard.url}: not indexed: ${messageOf(error)}`);
      }
    }
    return refused === 0 ? exitCodes.complete : exitCodes.failed;

    async function indexOne({ url, bytes, etag }: ObjectInfo): Promise<Indexed> {
      const store = stores(url);
      const there = force ? undefined : await findIndex(store, url);
      if (there?.shardBytes === bytes) return { records: there.records, written: false };
      const entries = await indexShard(store.read(url, { signal: io.signal }));
      if ((await store.stat(url)).etag !== etag) throw new StoreError('other', url, `${url} changed while it was read; run millrace index again`);
      const writer = await store.openWrite(url + INDEX_ENDING);
      try {
        await writer.write(encodeIndex(entries, bytes));
        await writer.close();
      } catch (error) {
        await writer.abort();
        throw error;
      }
      const last = entries.at(-1);
      return { records: entries.length, written: true, ...(last?.endsShard === true ? { breaksOffAt: last.byteOffset } : {}) };
    }
  },
};

interface Indexed {
  readonly records: number;
  /** false: it was there already. */
  readonly written: boolean;
  /** The shard cannot be read from the record at this byte on; the last record stands for the rest. */
  readonly breaksOffAt?: number;
}

function tell(io: Io, json: boolean, { url, bytes }: ObjectInfo, { records, written, breaksOffAt }: Indexed): void {
  if (json) io.out(JSON.stringify({ shard: url, records, bytes, written, ...(breaksOffAt === undefined ? {} : { breaksOffAt }) }));
  else io.out(`${url}: ${records} records in ${bytesText(bytes)}${written ? '' : ', indexed before'}${breaksOffAt === undefined ? '' : `; it breaks off in the record at byte ${breaksOffAt}`}`);
}
