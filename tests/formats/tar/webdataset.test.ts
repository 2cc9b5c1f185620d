import test from 'ava';
import * as fc from 'fast-check';
import { tarMembers, type TarMember, type TarMembersOptions } from '../../../formats/tar/tarMembers.js';
import { groupRecords, splitMemberName, type GroupRecordsOptions, type TarRecord } from '../../../formats/tar/webdataset.js';
import { SampleFault } from '../../../kernels/sampleFault.js';
import { archive, chunked, concat, header, textOf } from './archives.js';

async function records(bytes: Uint8Array, options: GroupRecordsOptions & TarMembersOptions = {}): Promise<TarRecord[]> {
  const found: TarRecord[] = [];
  for await (const record of groupRecords(tarMembers(chunked(bytes), options), options)) found.push(record);
  return found;
}

/** `key extensions !fault` */
const show = ({ key, members, fault, endsShard }: TarRecord): string =>
  `${key} ${members.map(({ extension }) => extension).join()}${fault === undefined ? '' : ` !${endsShard ? '!' : ''}${fault.code}`}`;
const files = (...names: string[]): Uint8Array => archive(names.map((name) => [name, `content of ${name}`] as const));

const THREE = ['a.jpg', 'a.txt', 'b.jpg', 'b.txt', 'c.jpg', 'c.txt'];

test('consecutive members of one key are a record', async (t) => {
  const found = await records(files('d/a.JPG', 'd/a.seg.png', 'b.txt'));
  t.deepEqual(found.map(show), ['d/a jpg,seg.png', 'b txt']);
  t.like(found[0], { index: 0, byteOffset: 0, endOffset: 2048 });
  t.like(found[1], { index: 1, byteOffset: 2048, endOffset: 3072 });
  t.like(found[0]!.members[1], { name: 'd/a.seg.png', size: 22, dataOffset: 1536 });
  t.is(textOf(found[0]!.members[1]!.data), 'content of d/a.seg.png');
});

test('links, directories and files without a key neither count nor separate', async (t) => {
  const bytes = concat(files('a.jpg').subarray(0, 1024), header({ 0: 'b.txt', 156: '2' }), header({ 0: 'c.d/', 156: '5' }), files('README', '__meta__/x.json', '.hidden', 'a.txt'));
  const found = await records(bytes);
  t.deepEqual(found.map(show), ['a jpg,txt']);
  t.is(found[0]!.endOffset, bytes.length - 1024);
});

test('faults of one record stand on it, and reading goes on', async (t) => {
  t.deepEqual((await records(files('a.jpg', 'a.JPG', 'b.jpg'))).map(show), ['a jpg,jpg !record-repeated-part', 'b jpg']);
  t.deepEqual((await records(files('a.jpg', 'b.jpg', 'a.txt', 'c.jpg', 'a.json'))).map(show), ['a jpg', 'b jpg', 'a txt !key-repeated', 'c jpg', 'a json !key-repeated']);
  t.deepEqual((await records(files('a.1', 'a.2', 'a.3', 'b.1'), { maxMembersPerRecord: 2 })).map(show), ['a 1,2 !record-too-many-members', 'b 1']);
  const large = await records(archive({ 'a.txt': 'a', 'a.bin': new Uint8Array(100), 'b.txt': 'b' }), { maxMemberBytes: 99 });
  t.deepEqual(large.map(show), ['a txt,bin !member-too-large', 'b txt']);
  t.deepEqual(large[0]!.members.map(({ size, data }) => [size, data.length]), [[1, 0], [100, 0]]);
  t.is(large[0]!.fault?.byteOffset, 1024);
});

test('unsafe keys', async (t) => {
  const bytes = concat(...['../x.a', '/x.b', '\\x.c', 'C:x.d', 'a/../b.e', 'a\x01.f', 'caf\xe9.g', 'ok.h\x7f', 'fine.i'].map((name) => header({ 0: `${name}\0` })));
  const found = await records(bytes);
  t.deepEqual(found.map(({ fault }) => fault?.code), [...Array<string>(8).fill('key-unsafe'), undefined]);
  t.is(found[6]!.key, 'caf\\xe9');
  t.is(found[0]!.fault!.message, 'The key "../x" at byte 0 cannot be used: it has a `..` segment. Rename the members.');
});

test('a cut member of the next key leaves the records before it whole', async (t) => {
  // The case that shard truncated-mid-member is meant to be: 2 whole samples, then an error.
  const bytes = files(...THREE);
  const cutInThird = await records(bytes.subarray(0, 4 * 1024 + 520));
  t.deepEqual(cutInThird.map(show), ['a jpg,txt', 'b jpg,txt', 'c  !!tar-truncated']);
  t.like(cutInThird[2], { index: 2, byteOffset: 4096, endOffset: 4096 });
  t.is(cutInThird[1]!.members[1]!.data.length, 16);
});

test('a cut member of the same key cuts the record under construction', async (t) => {
  const found = await records(files(...THREE).subarray(0, 3 * 1024 + 520));
  t.deepEqual(found.map(show), ['a jpg,txt', 'b jpg !!tar-truncated']);
  t.like(found[1], { byteOffset: 2048, endOffset: 3072 });
  t.is(found[1]!.members[0]!.data.length, 0);
});

test('where the name of the cut member is unknown, the record under construction may lack a part', async (t) => {
  t.deepEqual((await records(files(...THREE).subarray(0, 4 * 1024 + 50))).map(show), ['a jpg,txt', 'b jpg,txt !!tar-truncated']);
  t.deepEqual((await records(concat(files('a.jpg').subarray(0, 1024), new Uint8Array(512).fill(1)))).map(show), ['a jpg !!tar-checksum']);
});

test('a damaged header whose name can be read is a hint', async (t) => {
  const bytes = files(...THREE);
  bytes[2048 + 124] = 0x39;
  t.deepEqual((await records(bytes)).map(show), ['a jpg,txt', 'b  !!tar-checksum']);
});

test('nothing readable is one record without a key', async (t) => {
  t.deepEqual((await records(new Uint8Array(2000).fill(60))).map(show), [' !!tar-not-a-tar'.padStart(17)]);
  t.deepEqual(await records(new Uint8Array(0)), []);
});

test('counting finds the same records and faults as reading', async (t) => {
  const name = fc.constantFrom('a.jpg', 'a.txt', 'b.jpg', '../c.jpg', 'README', 'd/a.png');
  await fc.assert(
    fc.asyncProperty(fc.array(name, { maxLength: 12 }), fc.nat(), async (list, cut) => {
      const bytes = concat(...list.map((path) => header({ 0: `${path}\0` })), new Uint8Array(1024));
      const shard = bytes.subarray(0, cut % (bytes.length + 1));
      t.deepEqual((await records(shard, { data: false, maxMembersPerRecord: 2 })).map(show), (await records(shard, { maxMembersPerRecord: 2 })).map(show));
    }),
  );
});

test('every member with a key is in exactly one record', async (t) => {
  const name = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2', '3')).map((parts) => parts.join('.'));
  await fc.assert(
    fc.asyncProperty(fc.array(name, { maxLength: 15 }), async (list) => {
      const found = await records(files(...list));
      t.deepEqual(found.flatMap(({ members }) => members.map((member) => member.name)), list);
      t.deepEqual(found.map(({ index }) => index), found.map((_, i) => i));
      found.slice(1).forEach(({ byteOffset }, i) => t.is(byteOffset, found[i]!.endOffset));
    }),
    { numRuns: 50 },
  );
});

async function* failing(error: Error): AsyncGenerator<TarMember, void, undefined> {
  yield* tarMembers(chunked(files('a.jpg', 'b.jpg')));
  throw error;
}

test('an environment error is thrown, and the record under construction is not delivered', async (t) => {
  const network = new Error('connection reset');
  const found: string[] = [];
  const error = await t.throwsAsync(async () => { for await (const record of groupRecords(failing(network))) found.push(show(record)); });
  t.is(error, network);
  t.deepEqual(found, ['a jpg']);

  const plain: string[] = [];
  for await (const record of groupRecords(failing(new SampleFault('shard-odd', 'odd')))) plain.push(show(record));
  t.deepEqual(plain, ['a jpg', 'b jpg !!shard-odd']);
});

test('options are checked', async (t) => {
  await t.throwsAsync(groupRecords(tarMembers(chunked(files())), { maxMembersPerRecord: 0 }).next(), { message: '`maxMembersPerRecord` must be an integer from 1 up, got 0' });
  t.is(splitMemberName('a.b')?.key, 'a');
});
