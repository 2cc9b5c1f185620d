import { execFile, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, open, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { fileError } from '../../storage/fileError.js';
import { fileStore } from '../../storage/fileStore.js';
import { StoreError } from '../../storage/objectStore.js';
import { hostId, partialName, partialOwner } from '../../storage/partialName.js';
import { removeStalePartials } from '../../storage/removeStalePartials.js';
import { listUrls, pattern, put, readAll, testObjectStore } from './conformance.js';

const root = mkdtempSync(join(tmpdir(), 'millrace-file-store-'));
test.after.always(() => rmSync(root, { recursive: true, force: true }));
for (const family of ['plain', 'relative', 'url']) mkdirSync(join(root, family));

const small = () => fileStore({ readChunkBytes: 1000 });
testObjectStore('plain path', small, (key) => `${root}/plain/${key}`);
testObjectStore('relative path', small, (key) => `${relative(process.cwd(), root)}/relative/${key}`);
testObjectStore('file: URL', small, (key) => pathToFileURL(`${root}/url/${key}`).href);

const folder = (): Promise<string> => mkdtemp(join(root, 'case-'));
const child = (name: string, args: readonly string[]): ChildProcess => fork(fileURLToPath(new URL(name, import.meta.url)), args, { execArgv: ['--import=tsx'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
const message = async (from: ChildProcess): Promise<unknown> => (await once(from, 'message'))[0];

for (const how of ['createOnce', 'link']) {
  test(`two processes race to ${how} 50 keys: one winner each`, async (t) => {
    const at = await folder();
    const racers = [0, 1].map(() => child('createOnceChild.ts', [at, '50', how]));
    await Promise.all(racers.map(message));
    const answers = racers.map(message);
    const start = Date.now() + 100;
    for (const racer of racers) racer.send(start);
    const won = (await Promise.all(answers)) as number[][];
    t.deepEqual(won.flat().toSorted((a, b) => a - b), Array.from({ length: 50 }, (_, key) => key));
    t.log(`${how}: won ${won.map((keys) => keys.length).join(' and ')}`);
    for (const [n, racer] of racers.entries()) {
      for (const key of won[n]!) t.is(await readFile(`${at}/marks/${key}.json`, 'utf8'), `${racer.pid}`.repeat(500));
    }
    t.is((await readdir(`${at}/marks`)).length, 50, 'no partial is left');
  });
}

test('a killed writer leaves a hidden partial, which removeStalePartials takes away', async (t) => {
  const at = await folder();
  const writer = child('writeChild.ts', [`${at}/a.tar`, '1e15']);
  t.is(await message(writer), 'wrote');
  const [partial] = await readdir(at);
  t.is(partialOwner(partial!)?.pid, writer.pid);
  t.deepEqual(await listUrls(fileStore(), `${at}/`), []);
  t.deepEqual(await removeStalePartials(at), [], 'its process lives');
  const gone = once(writer, 'exit');
  writer.kill('SIGKILL');
  await gone;
  const own = partialName('mine.tar');
  const foreign = `.a.tar.partial-${hostId() === '00000000' ? '11111111' : '00000000'}-${writer.pid}-0123456789ab`;
  for (const name of [own, foreign, '.a.tar.partial-old']) await writeFile(`${at}/${name}`, '');
  t.deepEqual(await removeStalePartials(pathToFileURL(at).href), [partial]);
  t.deepEqual((await readdir(at)).toSorted(), [own, foreign, '.a.tar.partial-old'].toSorted());
  t.deepEqual(await listUrls(fileStore(), `${at}/`), [`${at}/.a.tar.partial-old`], 'only the exact form is hidden');
  t.deepEqual(await removeStalePartials(`${at}/none`), []);
});

test('a folder without write permission is denied, and nothing is left', async (t) => {
  const at = await folder();
  await chmod(root, 0o755);
  await chmod(at, 0o555);
  // Permissions do not bind root, so a child gives that up.
  const args = [`${at}/a.tar`, '10', ...(process.getuid?.() === 0 ? ['as', '65534'] : [])];
  const answer = (await message(child('writeChild.ts', args))) as { code: string; message: string } | 'wrote' | null;
  t.like(answer, { code: 'denied' });
  t.regex((answer as { message: string }).message, /cannot write .*a\.tar: permission denied; check the owner and mode .*EACCES/);
  t.deepEqual(await readdir(at), []);
});

test('a full device is full', async (t) => {
  const device = await open('/dev/full', 'w').catch(() => undefined);
  if (device === undefined) return t.pass('this system has no /dev/full');
  const cause = await t.throwsAsync(device.write(pattern(10)));
  await device.close();
  const error = fileError(cause, '/data/a.tar', 'write');
  t.is(error.code, 'full');
  t.is(error.message, 'cannot write /data/a.tar: no space left (disk or quota); free some, or write elsewhere, and run again (ENOSPC)');
  t.is(error.cause, cause);
});

test('a file system that fills up fails the write, and abort gives the space back', async (t) => {
  const at = await folder();
  const script = fileURLToPath(new URL('writeChild.ts', import.meta.url));
  // A user namespace lets anyone mount a tmpfs, where the system allows it.
  const inNamespace = `mount -t tmpfs -o size=256k none ${at} || exit 9; "$0" --import=tsx "$1" ${at}/a.tar 1000000; ls -A ${at} | wc -l`;
  const run = promisify(execFile)('unshare', ['-rm', 'sh', '-c', inNamespace, process.execPath, script]);
  const output = await run.then(({ stdout }) => stdout, (error: Error & { code?: unknown; stderr?: string }) => {
    if (error.code === 'ENOENT' || error.code === 9 || /unshare/.test(error.stderr ?? '')) return undefined;
    throw error;
  });
  if (output === undefined) return t.pass('this system lets no ordinary user mount a tmpfs');
  t.regex(output, /"code":"full".*ENOSPC.*\n?0\n$/s);
});

test('folders are refused where an object is wanted', async (t) => {
  const at = await folder();
  const store = fileStore();
  await writeFile(`${at}/file`, 'x');
  const code = async (call: Promise<unknown>) => (await t.throwsAsync(call, { instanceOf: StoreError }))?.code;
  t.is(await code(store.stat(at)), 'is-directory');
  t.is(await code(readAll(store, at)), 'is-directory');
  t.is(await code(store.openWrite(at)), 'is-directory');
  t.is(await code(store.createOnce(at, pattern(1))), 'is-directory');
  t.is(await code(store.remove(at)), 'is-directory');
  t.is(await code(store.link(at, `${at}/to`)), 'is-directory');
  t.is(await code(store.link(`${at}/file`, at)), 'is-directory');
  t.is(await code(store.openWrite(`${at}/file/below`)), 'is-directory');
  t.is(await code(store.stat(`${at}/file/below`)), 'is-directory');
  t.deepEqual(await listUrls(store, `${at}/file/`), []);
  await t.notThrowsAsync(store.remove(`${at}/file/below`));
  await t.throwsAsync(store.stat(`${at}/`), { message: `cannot open ${at}/: it is a folder; for the shards in it write ${at}/*.tar` });
});

test('file: URLs that node would misread are refused', async (t) => {
  const store = fileStore();
  for (const url of ['file:a.tar', 'file://host/a.tar', 'file:///a.tar?x', 'file:///a#b.tar', 'file:///%C3.tar', 'file:///a%2Fb.tar', 's3://a/b', 's3:/a/b', 'a\0b', '']) {
    const error = await t.throwsAsync(store.stat(url), { instanceOf: StoreError }, url);
    t.is(error?.code, 'bad-url', url);
  }
  const at = await folder();
  await writeFile(`${at}/run:3.tar`, 'x');
  t.is((await store.stat(`FILE:${at}/run:3.tar`)).bytes, 1);
  t.is((await store.stat(`${at}/run:3.tar`)).bytes, 1);
});

test('named pipes and devices are refused at once', async (t) => {
  const at = await folder();
  await promisify(execFile)('mkfifo', [`${at}/pipe`]);
  for (const url of [`${at}/pipe`, '/dev/null']) {
    await t.throwsAsync(readAll(fileStore(), url), { instanceOf: StoreError, message: /not a regular file/ });
    await t.throwsAsync(fileStore().stat(url), { instanceOf: StoreError, message: /not a regular file/ });
    await t.throwsAsync(fileStore().link(url, `${at}/to`), { instanceOf: StoreError, message: /not a regular file/ });
  }
  t.deepEqual(await listUrls(fileStore(), `${at}/`), []);
});

test('chunks have the asked size and buffers of their own, for any read-ahead', async (t) => {
  const at = await folder();
  await writeFile(`${at}/a`, pattern(10_500));
  for (const readAhead of [0, 1, 3, 100]) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of fileStore({ readChunkBytes: 1000, readAhead }).read(`${at}/a`, { start: 100 })) chunks.push(chunk);
    t.deepEqual(chunks.map((chunk) => chunk.length), [...Array<number>(10).fill(1000), 400]);
    t.deepEqual(new Uint8Array(Buffer.concat(chunks)), pattern(10_500).slice(100));
    t.is(new Set(chunks.map((chunk) => chunk.buffer)).size, 11);
    t.true(chunks.every((chunk) => chunk.buffer.byteLength === chunk.length && !Buffer.isBuffer(chunk)));
  }
});

test('a reader closes its file however it ends', async (t) => {
  const at = await folder();
  const path = `${at}/a`;
  await writeFile(path, pattern(10_000));
  const store = fileStore({ readChunkBytes: 100, readAhead: 4 });
  const openOnes = async () => {
    const links = await Promise.all((await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
    return links.filter((link) => link === path).length;
  };
  if ((await readdir('/proc/self/fd').catch(() => undefined)) === undefined) return t.pass('this system has no /proc');
  for await (const chunk of store.read(path)) {
    t.is(chunk.length, 100);
    t.is(await openOnes(), 1);
    break;
  }
  t.is(await openOnes(), 0, 'early return');
  await readAll(store, path);
  t.is(await openOnes(), 0, 'the end');
  const controller = new AbortController();
  const iterator = store.read(path, { signal: controller.signal })[Symbol.asyncIterator]();
  await iterator.next();
  controller.abort(new Error('stopped'));
  await t.throwsAsync(iterator.next(), { message: 'stopped' });
  t.is(await openOnes(), 0, 'abort');
  await t.throwsAsync(readAll(store, path, { start: 20_000 }), { instanceOf: StoreError });
  t.is(await openOnes(), 0, 'bad range');
  await t.throwsAsync(readAll(store, at), { instanceOf: StoreError });
});

test('a file that gets shorter under the reader is an error, not a short read', async (t) => {
  const at = await folder();
  await writeFile(`${at}/a`, pattern(10_000));
  const error = await t.throwsAsync(async () => {
    for await (const chunk of fileStore({ readChunkBytes: 1000, readAhead: 1 }).read(`${at}/a`)) truncateSync(`${at}/a`, 2500 + 0 * chunk.length);
  }, { instanceOf: StoreError });
  t.is(error?.code, 'transient');
  t.regex(error!.message, /ended at byte \d+ while it was read/);
});

test('list follows links, and a link to nothing is an error', async (t) => {
  const at = await folder();
  const store = fileStore();
  await mkdir(`${at}/real/deep`, { recursive: true });
  await writeFile(`${at}/real/deep/x.tar`, 'x');
  await symlink('real/deep', `${at}/alias`);
  await symlink('real/deep/x.tar', `${at}/one.tar`);
  await symlink('..', `${at}/real/up`);
  await symlink('.', `${at}/real/self`);
  t.deepEqual(await listUrls(store, `${at}/`), ['alias/x.tar', 'one.tar', 'real/deep/x.tar'].map((name) => `${at}/${name}`));
  t.true(await store.link(`${at}/one.tar`, `${at}/two.tar`));
  t.true((await stat(`${at}/two.tar`)).isFile());
  await symlink('nowhere', `${at}/lost.tar`);
  const error = await t.throwsAsync(listUrls(store, `${at}/`), { instanceOf: StoreError, message: /lost\.tar: it is a symbolic link to nothing/ });
  t.is(error?.code, 'not-found');
});

test('a file name that is not UTF-8 is an error, not left out', async (t) => {
  const at = await folder();
  const made = await writeFile(Buffer.concat([Buffer.from(`${at}/a`), Buffer.of(0xff), Buffer.from('.tar')]), 'x').then(() => true, () => false);
  if (!made) return t.pass('this file system allows no such name');
  await t.throwsAsync(listUrls(fileStore(), `${at}/`), { instanceOf: StoreError, message: /not valid UTF-8; rename it/ });
});

test('list follows the spelling of its prefix', async (t) => {
  const at = await folder();
  await writeFile(`${at}/a b.tar`, 'x');
  const store = fileStore();
  const spelled = relative(process.cwd(), at);
  t.deepEqual(await listUrls(store, `${spelled}/a`), [`${spelled}/a b.tar`]);
  t.deepEqual(await listUrls(store, `./${spelled}/`), [`./${spelled}/a b.tar`]);
  t.deepEqual(await listUrls(store, `${at}//`), [`${at}//a b.tar`]);
  t.deepEqual(await listUrls(store, `file://${at}/a b`), [`file://${at}/a%20b.tar`]);
  t.true((await listUrls(store, 'package.js')).includes('package.json'), 'the working folder');
  t.deepEqual(await listUrls(store, '/proc/self/cmdlin'), ['/proc/self/cmdline'].filter(() => process.platform === 'linux'));
});

test('list of more files than are stat\'ed at once stays in order', async (t) => {
  const at = await folder();
  const names = Array.from({ length: 300 }, (_, n) => `${at}/${n % 3 === 0 ? `${n}/x` : n}`);
  for (const name of names) {
    if (name.endsWith('/x')) await mkdir(name.slice(0, -2));
    await writeFile(name, '');
  }
  t.deepEqual(await listUrls(fileStore(), `${at}/`), names.toSorted());
});

test('link copies between file systems', async (t) => {
  const at = await folder();
  const other = await mkdtemp('/dev/shm/millrace-').catch(() => undefined);
  if (other === undefined) return t.pass('this system has no /dev/shm');
  t.teardown(() => rm(other, { recursive: true, force: true }));
  if (statSync(other).dev === statSync(at).dev) return t.pass('both folders are on one file system');
  const store = fileStore();
  await put(store, `${other}/from`, pattern(5000));
  const wins = await Promise.all(Array.from({ length: 5 }, () => store.link(`${other}/from`, `${at}/to`)));
  t.is(wins.filter(Boolean).length, 1);
  t.deepEqual(await readAll(store, `${at}/to`), pattern(5000));
  t.deepEqual(await readdir(at), ['to']);
});

test('a failed close can be aborted and leaves nothing', async (t) => {
  const at = await folder();
  const store = fileStore();
  const writer = await store.openWrite(`${at}/a`);
  await writer.write(pattern(10));
  await mkdir(`${at}/a`); // a folder takes the name meanwhile
  t.is((await t.throwsAsync(writer.close(), { instanceOf: StoreError }))?.code, 'is-directory');
  await writer.abort();
  t.deepEqual(await readdir(at), ['a']);
});

test('options are checked when the store is made', (t) => {
  t.throws(() => fileStore({ readChunkBytes: 0 }), { instanceOf: RangeError, message: '`readChunkBytes` must be an integer from 1 up, got 0' });
  t.throws(() => fileStore({ readAhead: -1 }), { instanceOf: RangeError, message: '`readAhead` must be an integer from 0 up, got -1' });
});
