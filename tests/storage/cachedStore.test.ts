import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { counterRandom } from '../../kernels/random.js';
import { cachedStore } from '../../storage/cachedStore.js';
import { StoreMeter } from '../../storage/remote/storeMeter.js';
import { s3Store } from '../../storage/s3Store.js';
import { damagedBlocks, filesOf } from '../helpers/damagedBlocks.js';
import { fakeS3 } from '../helpers/fakeS3.js';
import { pattern, put, readAll, testObjectStore } from './conformance.js';

const root = mkdtempSync(join(tmpdir(), 'millrace-cache-'));
const server = await fakeS3();
test.after.always(async () => {
  await server.close();
  rmSync(root, { recursive: true, force: true });
});
const remote = (meter = new StoreMeter()) => s3Store({ endpoint: server.origin, credentials: { accessKeyId: 'AKTEST', secretAccessKey: 'made-up' }, meter });
const child = (args: readonly string[], shell = ''): ReturnType<typeof spawn> => {
  const command = [process.execPath, '--import=tsx', fileURLToPath(new URL('cachedReadChild.ts', import.meta.url)), server.origin, ...args];
  return shell === '' ? spawn(command[0] as string, command.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] }) : spawn('bash', ['-c', `${shell}; exec ${command.map((word) => `'${word}'`).join(' ')}`], { stdio: ['ignore', 'pipe', 'inherit'] });
};
const shared = cachedStore(remote(), { folder: join(root, 'suite'), maxBytes: 2 ** 20, blockBytes: 4096 });
testObjectStore('cached', () => shared, (key) => `s3://bucket/suite/${key}`);

test('what was read is not asked for again, by another store neither; another version is', async (t) => {
  const folder = join(root, 'again');
  const url = 's3://bucket/again/a.bin';
  const all = pattern(100_000);
  const writer = remote();
  await put(writer, url, all);
  const read = async (options = {}): Promise<number> => {
    const meter = new StoreMeter();
    const store = cachedStore(remote(meter), { folder, maxBytes: 2 ** 24, blockBytes: 10_000 });
    t.is(Buffer.compare(await readAll(store, url, options), Buffer.from(await readAll(writer, url))), 0);
    return meter.bytesRead;
  };
  t.is(await read(), 100_000);
  t.is(await read(), 0);
  t.is(await read({ fresh: true }), 100_000);
  await put(writer, url, all.toReversed());
  t.is(await read(), 100_000);
});

test('a damaged or cut file is not served and is made anew', async (t) => {
  const folder = join(root, 'damage');
  const url = 's3://bucket/damage/a.bin';
  await put(remote(), url, pattern(50_000));
  const read = () => readAll(cachedStore(remote(), { folder, maxBytes: 2 ** 24, blockBytes: 10_000 }), url);
  await read();
  const [first, second, third] = filesOf(folder);
  const bytes = readFileSync(first as string);
  bytes[100]! ^= 1;
  writeFileSync(first as string, bytes);
  truncateSync(second as string, 5000);
  truncateSync(third as string, 0);
  t.is(damagedBlocks(folder).length, 3);
  t.deepEqual(await read(), pattern(50_000));
  t.deepEqual(damagedBlocks(folder), []);
});

test('it stays within its size; the longest unused go', async (t) => {
  const folder = join(root, 'size');
  const store = cachedStore(remote(), { folder, maxBytes: 50_000, blockBytes: 10_000 });
  for (let n = 0; n < 12; n += 1) {
    await put(remote(), `s3://bucket/size/${n}`, pattern(9000 + n));
    await readAll(store, `s3://bucket/size/${n}`);
    await new Promise((resolve) => setTimeout(resolve, 5)); // last uses are told apart by the clock of files
  }
  const sizes = filesOf(folder).map((path) => statSync(path).size);
  t.true(sizes.reduce((sum, size) => sum + size, 0) <= 50_000);
  t.true(sizes.includes(9011 + 32), 'the last is kept');
  t.false(sizes.includes(9000 + 32), 'the first is gone');
});

test('killed at random moments, two processes on one folder: never a damaged or half file, never wrong bytes', async (t) => {
  const folder = join(root, 'kills');
  for (let n = 0; n < 4; n += 1) await put(remote(), `s3://bucket/kills/${n}`, pattern(400_000 + n));
  const random = counterRandom('kills of the cache', 1);
  for (let kill = 0; kill < 5; kill += 1) {
    const both = [0, 1].map(() => child([folder, '600000', 's3://bucket/kills/', '4', 'forever']));
    for (const one of both) await once(one.stdout!, 'data'); // at work
    for (let moment = 0; moment < 4; moment += 1) {
      await new Promise((resolve) => setTimeout(resolve, random.integer(1, 40)));
      t.deepEqual(damagedBlocks(folder), []);
    }
    for (const one of both) {
      const gone = once(one, 'exit');
      one.kill('SIGKILL');
      await gone;
    }
    t.deepEqual(damagedBlocks(folder), [], `kill ${kill}`);
  }
  const last = child([folder, '600000', 's3://bucket/kills/', '4', 'once']);
  t.is((await once(last, 'exit'))[0], 0);
  t.deepEqual(filesOf(folder).filter((path) => path.includes('.partial-')), [], 'what the killed left unfinished is removed');
});

test('a disk that takes no more turns it off, with one warning; what is read is whole', async (t) => {
  const folder = join(root, 'full');
  await put(remote(), 's3://bucket/full/0', pattern(900_000));
  const limited = child([folder, '10000000', 's3://bucket/full/', '1', 'once'], 'ulimit -f 40');
  let out = '';
  limited.stdout!.on('data', (chunk: Buffer) => (out += chunk.toString()));
  t.is((await once(limited, 'close'))[0], 0);
  t.is(out.match(/is off from now on/g)?.length, 1, out);
  t.deepEqual(damagedBlocks(folder), []);
});
