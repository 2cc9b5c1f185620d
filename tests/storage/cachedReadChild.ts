/** Reads objects through a cache and holds them against what they must be: `cachedReadChild <endpoint> <folder> <maxBytes> <prefix> <objects> <once|forever>`. */
import { cachedStore } from '../../storage/cachedStore.js';
import { httpStore } from '../../storage/httpStore.js';
import type { ObjectStore } from '../../storage/objectStore.js';

const [, , endpoint, folder, maxBytes, prefix, objects, how] = process.argv as string[];
/** As tests/storage/conformance.ts has it; that file declares tests. */
const pattern = (bytes: number): Uint8Array => Uint8Array.from({ length: bytes }, (_, at) => (at * 31 + (at >> 8) * 17) & 255);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
/** The SDK is loaded where it is needed: it takes longer than all else here. */
const remote = async (): Promise<ObjectStore> =>
  prefix!.startsWith('http:') ? httpStore() : (await import('../../storage/s3Store.js')).s3Store({ endpoint: endpoint as string, credentials: { accessKeyId: 'AKTEST', secretAccessKey: 'made-up' } });
do {
  const store = cachedStore(await remote(), { folder: folder as string, maxBytes: Number(maxBytes), blockBytes: 50_000, warn: say });
  for (let n = 0; n < Number(objects); n += 1) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of store.read(`${prefix}${n}`)) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    if (Buffer.compare(bytes, pattern(bytes.length)) !== 0) process.exit(9);
    say(`read ${n}`);
  }
} while (how === 'forever');
process.exit(0);
