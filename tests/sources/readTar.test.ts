import { gzipSync } from 'node:zlib';
import test from 'ava';
import { lastValueFrom, tap, toArray } from 'rxjs';
import { Gauge } from '../../engine/gauge.js';
import { openLane } from '../../engine/lane.js';
import { Meter } from '../../engine/meter.js';
import { onlyExtent } from '../../engine/deal.js';
import { pipeline } from '../../engine/pipeline.js';
import { isTombstone, type Element } from '../../engine/sample.js';
import type { Extent, Source, SourceRecord } from '../../engine/source.js';
import { encodeIndex, INDEX_ENDING, indexShard } from '../../formats/tar/shardIndex.js';
import { bytes, json, optional, utf8, type FieldCodec } from '../../formats/fields.js';
import { readTar, type ReadTarOptions } from '../../sources/readTar.js';
import { memoryStore } from '../../storage/memoryStore.js';
import { StoreError, type ObjectStore } from '../../storage/objectStore.js';
import { createStores } from '../../storage/stores.js';
import { archive } from '../formats/tar/archives.js';
import { wrapStore } from '../helpers/wrapStore.js';

const fields = { image: bytes('jpg', 'png'), text: utf8('txt') };
type Fields = typeof fields;
const signal = new AbortController().signal;
const toolsOf = (store: ObjectStore) => ({ stores: createStores({ memory: store }), signal });

/** A store with these objects. */
async function storeOf(objects: Readonly<Record<string, Uint8Array>>): Promise<ObjectStore> {
  const store = memoryStore({ readChunkBytes: 700 });
  for (const [name, content] of Object.entries(objects)) await put(store, name, content);
  return store;
}

async function put(store: ObjectStore, name: string, content: Uint8Array): Promise<void> {
  const writer = await store.openWrite(`memory://${name}`);
  await writer.write(content);
  await writer.close();
}

/** A shard with samples of these keys: an image and a text each. */
const shard = (...keys: string[]): Uint8Array => archive(keys.flatMap((key) => [[`${key}.jpg`, `image of ${key}`], [`${key}.txt`, `text of ${key}`]] as const));

type AnyRecord = SourceRecord<{ image?: { data: Uint8Array; extension: string }; text?: string }>;

async function read(source: Source<never>, store: ObjectStore, { extent, from = { record: 0, byte: 0 }, limit }: { extent?: Extent; from?: { record: number; byte: number }; limit?: number } = {}): Promise<AnyRecord[]> {
  const found: AnyRecord[] = [];
  const extents = extent === undefined ? await source.plan({ ...toolsOf(store), ...(limit === undefined ? {} : { limit }) }) : [extent];
  for (const each of extents) for await (const record of source.open(each, from, toolsOf(store))) found.push(record as AnyRecord);
  return found;
}

const open = <F extends Record<string, FieldCodec<unknown>> = Fields>(urls: string | string[], options: Partial<ReadTarOptions<F>> = {}) =>
  readTar(urls, { fields, ...options } as unknown as ReadTarOptions<F>) as unknown as Source<never>;
const plan = (urls: string | string[], store: ObjectStore, limit?: number) => open(urls).plan({ ...toolsOf(store), ...(limit === undefined ? {} : { limit }) });

/** `key text` or `key !code`. */
const show = ({ key, fields: values, fault }: AnyRecord): string => `${key} ${fault === undefined ? values?.text : `!${fault.code}`}`;

test('names, braces, lists and globs are planned in the order written', async (t) => {
  const store = await storeOf({ 'a/0.tar': shard('x'), 'a/1.tar': shard('y'), 'b.tar': shard('z') });
  const planned = async (urls: string | string[]): Promise<string[]> => (await plan(urls, store)).map(({ index, shard: url }) => `${index} ${url.slice(9)}`);
  t.deepEqual(await planned('memory://b.tar'), ['0 b.tar']);
  t.deepEqual(await planned('memory://a/{0..1}.tar'), ['0 a/0.tar', '1 a/1.tar']);
  t.deepEqual(await planned('memory://b.tar::memory://a/*.tar'), ['0 b.tar', '1 a/0.tar', '2 a/1.tar']);
  t.deepEqual(await planned(['memory://a/1.tar', 'memory://b.tar']), ['0 a/1.tar', '1 b.tar']);
  const [extent] = await plan('memory://b.tar', store);
  const { bytes: size, etag } = await store.stat('memory://b.tar');
  t.deepEqual(extent, { index: 0, shard: 'memory://b.tar', bytes: size, etag });
});

test('nothing to read is refused', async (t) => {
  const store = await storeOf({ 'a/0.tar': shard('x') });
  await t.throwsAsync(plan('memory://none.tar', store), { name: 'StoreError', code: 'not-found' });
  await t.throwsAsync(plan('memory://a/{0..2}.tar', store), { code: 'not-found', message: /^2 of the 3 objects of memory:\/\/a\/\{0\.\.2\}\.tar are missing: memory:\/\/a\/1\.tar, memory:\/\/a\/2\.tar; check the range$/ });
  await t.throwsAsync(plan('memory://x*.tar', store), { code: 'not-found' });
  await t.throwsAsync(plan(['memory://a/0.tar', 'memory://a/{0,0}.tar'], store), { code: 'bad-url', message: /comes twice/ });
});

test('records have their fields, their place and where to resume', async (t) => {
  const store = await storeOf({ 'a.tar': archive([['d/x.png', 'P'], ['d/x.JPG', 'J'], ['d/x.txt', 'T'], ['y.txt', 'Ü'], ['y.jpg', 'K']]) });
  const [x, y] = await read(open('memory://a.tar'), store);
  t.like(x, { key: 'd/x', record: 0, byteOffset: 0, next: { record: 1, byte: 3072 }, fields: { text: 'T', image: { extension: 'jpg' } } });
  t.is(Buffer.from(x?.fields?.image?.data ?? []).toString(), 'J', 'jpg is preferred');
  t.like(y, { key: 'y', record: 1, byteOffset: 3072, next: { record: 2, byte: 5120 }, fields: { text: 'Ü', image: { extension: 'jpg' } } });
});

test('a missing field is refused with what there is; an optional one is left out', async (t) => {
  const store = await storeOf({ 'a.tar': archive({ 'x.jpg': 'J', 'x.json': '{}', 'y.jpg': 'J', 'y.txt': 'T' }) });
  const [x, y] = await read(open('memory://a.tar'), store);
  t.is(x?.fault?.code, 'field-missing');
  t.is(x?.fault?.message, 'no .txt for `text`; the record has .jpg .json');
  t.is(y?.fields?.text, 'T');
  const [image] = await read(open('memory://a.tar', { fields: { image: bytes('png', 'gif') } }), store);
  t.is(image?.fault?.message, 'no .png or .gif for `image`; the record has .jpg .json');
  const [loose] = await read(open('memory://a.tar', { fields: { ...fields, text: optional(utf8('txt')) } }), store);
  t.is(loose?.fault, undefined);
  t.false('text' in (loose?.fields ?? {}));
});

test('a field that cannot be read refuses its record alone', async (t) => {
  const store = await storeOf({ 'a.tar': archive([['x.json', '{'], ['y.json', '[1]'], ['z.json', '['.repeat(100)]]) });
  const records = await read(open('memory://a.tar', { fields: { text: json('json') } }), store);
  t.deepEqual(records.map((record) => record.fault?.code), ['json-invalid', undefined, 'json-too-deep']);
});

test('repeated keys, repeated files, unsafe keys and oversize files are refused, each with its code', async (t) => {
  const store = await storeOf({
    'a.tar': archive([['x.jpg', 'J'], ['x.txt', 'X'], ['y.jpg', 'J'], ['y.txt', 'Y'], ['y.jpg', 'J'], ['x.jpg', 'J'], ['x.txt', 'again'], ['big.jpg', 'J'.repeat(50)], ['big.txt', 'B'], ['z.jpg', 'J'], ['z.txt', 'Z']]),
  });
  const records = await read(open('memory://a.tar', { maxMemberBytes: 49 }), store);
  t.deepEqual(records.map(show), ['x X', 'y !record-repeated-part', 'x !key-repeated', 'big !member-too-large', 'z Z']);
  t.is(records[2]?.fault?.byteOffset, records[2]?.byteOffset);
  const few = await read(open('memory://a.tar', { maxMembersPerRecord: 2 }), store);
  t.deepEqual(few.map(show)[1], 'y !record-too-many-members');
});

test('a resume begins at its record and still knows the keys before it', async (t) => {
  const store = await storeOf({ 'a.tar': archive([['x.jpg', 'J'], ['x.txt', 'X'], ['y.jpg', 'J'], ['y.txt', 'Y'], ['x.jpg', 'J'], ['x.txt', 'again'], ['z.jpg', 'J'], ['z.txt', 'Z']]) });
  const source = open('memory://a.tar');
  const [extent] = await plan('memory://a.tar', store);
  const whole = await read(source, store);
  t.deepEqual(whole.map(show), ['x X', 'y Y', 'x !key-repeated', 'z Z']);
  for (const [index, { next }] of whole.entries()) {
    t.deepEqual((await read(source, store, { extent: extent as Extent, from: next })).map(show), whole.slice(index + 1).map(show), `after record ${index}`);
  }
});

test('record ranges: [from, to) of the shard, with their own numbers', async (t) => {
  const store = await storeOf({ 'a.tar': shard('a', 'b', 'c', 'd', 'e') });
  const [extent] = await plan('memory://a.tar', store);
  const range = async (from: number, to: number, at = 0): Promise<string[]> =>
    (await read(open('memory://a.tar'), store, { extent: { ...(extent as Extent), records: [from, to] }, from: { record: at, byte: 0 } })).map(({ record, key }) => `${record}${key}`);
  t.deepEqual(await range(1, 3), ['1b', '2c']);
  t.deepEqual(await range(0, 5), ['0a', '1b', '2c', '3d', '4e']);
  t.deepEqual(await range(3, 99), ['3d', '4e']);
  t.deepEqual(await range(1, 4, 2), ['2c', '3d'], 'resumed inside');
  t.deepEqual(await range(2, 2), []);
});

test('a limit cuts the plan: whole extents, then one record range; only headers of what is needed are read', async (t) => {
  const reads: string[] = [];
  const memory = await storeOf({ '0.tar': shard('a', 'b'), '1.tar': shard('c', 'd', 'e'), '2.tar': shard('f') });
  const store = wrapStore(memory, { before: ({ name, url }) => void (name === 'read' && reads.push(url.slice(9))) });
  const planned = async (limit: number): Promise<unknown[]> => (await plan('memory://{0..2}.tar', store, limit)).map(({ shard: url, records }) => [url.slice(9), ...(records ?? [])]);
  t.deepEqual(await planned(1), [['0.tar', 0, 1]]);
  t.deepEqual(reads.splice(0), ['0.tar']);
  t.deepEqual(await planned(2), [['0.tar', 0, 2]]);
  t.deepEqual(await planned(4), [['0.tar'], ['1.tar', 0, 2]]);
  t.deepEqual(await planned(6), [['0.tar'], ['1.tar'], ['2.tar', 0, 1]]);
  t.deepEqual(await planned(100), [['0.tar'], ['1.tar'], ['2.tar']]);
  t.deepEqual((await read(open('memory://{0..2}.tar'), store, { limit: 4 })).map(show), ['a text of a', 'b text of b', 'c text of c', 'd text of d']);
});

test('a limit counts refused records, also the one that stands for the rest of a cut shard', async (t) => {
  const cut = shard('a', 'b', 'c').subarray(0, 2048 + 1024 + 520);
  const store = await storeOf({ '0.tar': cut, '1.tar': shard('d') });
  t.deepEqual((await read(open('memory://{0..1}.tar'), store, { limit: 3 })).map(show), ['a text of a', 'b !tar-truncated', 'd text of d']);
});

test('a cut shard gives its whole records, then one refused record for the rest', async (t) => {
  const store = await storeOf({ 'a.tar': shard('a', 'b', 'c').subarray(0, 2 * 2048 + 1024 + 520) });
  const records = await read(open('memory://a.tar'), store);
  t.deepEqual(records.map(show), ['a text of a', 'b text of b', 'c !tar-truncated']);
  t.like(records[2], { record: 2, byteOffset: 4096 });
  t.is(typeof records[2]?.fault?.byteOffset, 'number');
});

/** The same store, whose n-th reading of an object gives `contents[n]`; says which readings asked for no cache. */
function changing(store: ObjectStore, contents: readonly Uint8Array[]): { store: ObjectStore; fresh: boolean[] } {
  const fresh: boolean[] = [];
  return {
    fresh,
    store: {
      ...store,
      async *read(_url, options) {
        fresh.push(options?.fresh === true);
        yield (contents[fresh.length - 1] ?? contents.at(-1)) as Uint8Array;
      },
    },
  };
}

test('corruption is declared only after an uncached re-read agrees; else it is a transient fault of the store', async (t) => {
  const whole = shard('a', 'b');
  const cut = whole.subarray(0, 2048 + 600);
  const base = await storeOf({ 'a.tar': whole });
  const agreeing = changing(base, [cut, cut]);
  t.deepEqual((await read(open('memory://a.tar'), agreeing.store)).map(show), ['a text of a', 'b !tar-truncated']);
  t.deepEqual(agreeing.fresh, [false, true]);

  const healed = changing(base, [cut, whole]);
  const error = await t.throwsAsync(read(open('memory://a.tar'), healed.store), { instanceOf: StoreError, code: 'transient' } as object);
  t.regex(error?.message ?? '', /^memory:\/\/a\.tar: two reads disagree \(.*; then no fault\)$/);

  const otherwise = changing(base, [cut, whole.subarray(0, 2048 + 1024 + 100)]);
  await t.throwsAsync(read(open('memory://a.tar'), otherwise.store), { code: 'transient', message: /two reads disagree/ });

  const clean = changing(base, [whole]);
  await read(open('memory://a.tar'), clean.store);
  t.deepEqual(clean.fresh, [false], 'a clean shard is read once');
});

test('in a run, a reading that heals itself stops the lane and quarantines nothing', async (t) => {
  const whole = shard('a', 'b');
  const { store } = changing(await storeOf({ 'a.tar': whole }), [whole.subarray(0, 2048 + 600), whole]);
  const [extent] = await plan('memory://a.tar', store);
  const seen: Element[] = [];
  const lane = (from: ObjectStore) =>
    openLane(pipeline(open('memory://a.tar')), { seed: 1, info: { index: 0, lanes: 1, extent: undefined }, itinerary: onlyExtent(extent as Extent), gauge: new Gauge(1e9).lane(0), meter: new Meter(), stores: toolsOf(from).stores, signal });
  const failed = await t.throwsAsync(lastValueFrom(lane(store).pipe(tap((element) => seen.push(element)))), { name: 'StageError' });
  t.is((failed?.cause as StoreError | undefined)?.code, 'transient');
  t.deepEqual(seen.map((element) => (isTombstone(element) ? 'dropped' : element.key)), ['a']);
  const again = await lastValueFrom(lane(store).pipe(toArray()));
  t.deepEqual(again.map((element) => (isTombstone(element) ? 'dropped' : element.key)), ['a', 'b'], 'and a retry reads it whole');
});

test('a shard that changed since the plan stops the run', async (t) => {
  const store = await storeOf({ 'a.tar': shard('a') });
  const [extent] = await plan('memory://a.tar', store);
  await put(store, 'a.tar', shard('b'));
  const error = await t.throwsAsync(read(open('memory://a.tar'), store, { extent: extent as Extent }), { instanceOf: StoreError });
  t.regex(error?.message ?? '', /^memory:\/\/a\.tar changed while the run was reading it \(etag memory-1, now memory-2\); run again on the new content$/);
});

test('.tar.gz is read too', async (t) => {
  const store = await storeOf({ 'a.tar.gz': gzipSync(shard('a', 'b')), 'cut.tgz': gzipSync(shard('a', 'b')).subarray(0, -12) });
  t.deepEqual((await read(open('memory://a.tar.gz'), store)).map(show), ['a text of a', 'b text of b']);
  const cut = await read(open('memory://cut.tgz'), store);
  t.is(cut.at(-1)?.fault === undefined, false);
});

test('an empty archive has no records, and what is no archive is one refused record', async (t) => {
  const store = await storeOf({ 'empty.tar': archive({}), 'page.tar': new Uint8Array(Buffer.from('<html>'.repeat(500))) });
  t.deepEqual(await read(open('memory://empty.tar'), store), []);
  const [record, ...rest] = await read(open('memory://page.tar'), store);
  t.regex(record?.fault?.code ?? '', /^tar-/);
  t.is(rest.length, 0);
});

test('options are checked; what decides the samples is in them', (t) => {
  t.throws(() => open('memory://a.tar', { fields: { key: utf8('txt') } }), { name: 'UsageError', message: 'readTar: a field cannot be called `key`, every sample has one' });
  t.throws(() => open('memory://a.tar', { maxMemberBytes: 0 }), { message: 'readTar: `maxMemberBytes` must be an integer from 1 up, got 0' });
  t.throws(() => open('memory://a.tar', { maxMembersPerRecord: 1.5, name: 'other' }), { message: 'other: `maxMembersPerRecord` must be an integer from 1 up, got 1.5' });
  t.deepEqual(open('memory://a.tar', { fields: { text: optional(utf8('txt', { maxBytes: 9 })) } }).options, {
    fields: { text: { kind: 'utf8', extensions: ['txt'], maxBytes: 9, optional: true } },
    maxMemberBytes: 268435456,
    maxMembersPerRecord: 100,
  });
});

test('a shard that is rewritten under the reader stops the run at its end', async (t) => {
  const store = await storeOf({ 'a.tar': shard('a', 'b') });
  let stats = 0;
  const rewritten = wrapStore(store, {
    before: async ({ name }) => {
      // Stat 1 is the plan's, 2 opens the shard, 3 closes it.
      if (name === 'stat' && ++stats === 3) await put(store, 'a.tar', shard('a', 'c'));
    },
  });
  const [extent] = await plan('memory://a.tar', rewritten);
  const error = await t.throwsAsync(read(open('memory://a.tar'), rewritten, { extent: extent as Extent }), { instanceOf: StoreError });
  t.regex(error?.message ?? '', /changed while the run was reading it/);
});

/** Put a shard with its index, made of `indexed` where that is another. */
async function putIndexed(store: ObjectStore, name: string, content: Uint8Array, indexed = content): Promise<void> {
  await put(store, name, content);
  await put(store, name + INDEX_ENDING, encodeIndex(await indexShard((async function* () { yield indexed; })()), content.length));
}

const planLanes = (source: Source<never>, store: ObjectStore, lanes: number) => source.plan({ ...toolsOf(store), lanes });

test('with an index, a streaming run gets record ranges; a generation run whole shards', async (t) => {
  const store = memoryStore({ readChunkBytes: 700 });
  await putIndexed(store, '0.tar', shard('a', 'b', 'c', 'd', 'e'));
  await putIndexed(store, '1.tar', shard('f', 'g'));
  await put(store, '2.tar', shard('h', 'i'));
  const planned = async (lanes: number, extentRecords: number): Promise<unknown[]> =>
    (await planLanes(open('memory://{0..2}.tar', { extentRecords }), store, lanes)).map(({ index, shard: url, records }) => [index, url.slice(9), ...(records ?? [])]);
  t.deepEqual(await planned(1, 2), [[0, '0.tar', 0, 2], [1, '0.tar', 2, 4], [2, '0.tar', 4, 5], [3, '1.tar', 0, 2], [4, '2.tar']]);
  t.deepEqual(await planned(1, Number.POSITIVE_INFINITY), [[0, '0.tar', 0, 5], [1, '1.tar', 0, 2], [2, '2.tar']].map((entry) => entry), 'whole shards, and still seeks');
  t.is((await planned(7, 64)).length, 5 + 2 + 1, 'an extent for every lane');
  t.deepEqual((await plan('memory://{0..2}.tar', store)).map(({ records }) => records), [undefined, undefined, undefined]);
});

test('a huge input is cut into a million ranges, not more', async (t) => {
  const store = memoryStore();
  await put(store, 's.tar', shard('a'));
  const header = encodeIndex([], shard('a').length);
  new DataView(header.buffer).setUint32(12, 40 * 2 ** 20, true);
  await put(store, `s.tar${INDEX_ENDING}`, header);
  const extents = await planLanes(open('memory://s.tar'), store, 16);
  t.is(extents.length, 2 ** 20);
  t.deepEqual(extents.at(-1)?.records, [40 * 2 ** 20 - 40, 40 * 2 ** 20]);
});

test('through an index every range and every resume gives the records that the whole shard gives', async (t) => {
  const broken = Buffer.concat([shard('a', 'b', 'c', 'a', 'd', 'e', 'f', 'g')]).subarray(0, -3600);
  for (const content of [shard('a', 'b', 'c', 'a', 'd'), broken]) {
    const store = memoryStore({ readChunkBytes: 700 });
    await putIndexed(store, 's.tar', content);
    const source = open('memory://s.tar', { extentRecords: 3 });
    const whole = await read(open('memory://s.tar'), store);
    t.true(whole.some(({ fault }) => fault?.code === 'key-repeated'));
    const extents = await planLanes(source, store, 1);
    t.true(extents.length > 1);
    const ranges: AnyRecord[] = [];
    for (const extent of extents) ranges.push(...(await read(source, store, { extent })));
    t.deepEqual(ranges, whole);
    for (const extent of extents) {
      const [from, to] = extent.records as readonly [number, number];
      for (let record = from; record <= to; record += 1) {
        t.deepEqual(await read(source, store, { extent, from: { record, byte: 0 } }), whole.slice(record, to), `from record ${record}`);
      }
    }
  }
});

test('a resume through an index reads its records and no more of the shard', async (t) => {
  const store = memoryStore({ readChunkBytes: 700 });
  await putIndexed(store, 's.tar', shard(...Array.from({ length: 40 }, (_, nth) => `k${nth}`)));
  const starts: (number | undefined)[] = [];
  const watched: ObjectStore = { ...store, read: (url, options) => { if (url.endsWith('.tar')) starts.push(options?.start); return store.read(url, options); } };
  const source = open('memory://s.tar', { extentRecords: 40 });
  const [extent] = await planLanes(source, watched, 1);
  t.deepEqual((await read(source, watched, { extent: extent!, from: { record: 30, byte: 0 } })).map(({ key }) => key), Array.from({ length: 10 }, (_, nth) => `k${30 + nth}`));
  t.deepEqual(starts, [30 * 2048]);
});

test('an index of another shard is refused, at planning by its size and at reading by every record', async (t) => {
  const store = memoryStore({ readChunkBytes: 700 });
  await putIndexed(store, 's.tar', shard('a', 'b', 'c'));
  const source = open('memory://s.tar');
  const [extent] = await planLanes(source, store, 1);
  await putIndexed(store, 's.tar', shard('a', 'x', 'c'), shard('a', 'b', 'c'));
  const [now] = await planLanes(source, store, 1);
  await t.throwsAsync(read(source, store, { extent: now! }), { instanceOf: StoreError, message: /s\.tar is not as its index says: record 1 at byte 2048: keyHash .*millrace index --force/ });
  await t.throwsAsync(read(source, store, { extent: extent! }), { instanceOf: StoreError, message: /changed/ });
  await put(store, 's.tar', shard('a', 'b', 'c', 'd'));
  await t.throwsAsync(planLanes(source, store, 1), { message: /its index is of \d+: the shard is another than the indexed one; run millrace index/ });
  await put(store, `s.tar${INDEX_ENDING}`, Uint8Array.of(1, 2, 3));
  await t.throwsAsync(planLanes(source, store, 1), { message: /s\.tar\.millrace-index is not an index: it does not begin like an index/ });
});
