import test from 'ava';
import * as fc from 'fast-check';
import { pack } from 'tar-stream';
import { TarFault } from '../../../formats/tar/tarFault.js';
import { tarMembers, type TarMember } from '../../../formats/tar/tarMembers.js';
import { tarEnd } from '../../../formats/tar/tarWriter.js';
import { SampleFault } from '../../../kernels/sampleFault.js';
import { archive, bytesOf, chunked, concat, extension, header, padded, pax, read, textOf, withChecksum } from './archives.js';

const two = archive({ 'a.txt': 'alpha', 'b.txt': 'beta' });
const names = (members: readonly TarMember[]): string[] => members.map(({ name }) => name);

test('reads members with their offsets', async (t) => {
  const { members, fault } = await read(two);
  t.is(fault, undefined);
  t.deepEqual(members, [
    { name: 'a.txt', nameIsUtf8: true, type: 'file', size: 5, headerOffset: 0, dataOffset: 512, endOffset: 1024, data: bytesOf('alpha'), oversize: false },
    { name: 'b.txt', nameIsUtf8: true, type: 'file', size: 4, headerOffset: 1024, dataOffset: 1536, endOffset: 2048, data: bytesOf('beta'), oversize: false },
  ]);
});

test('the chunking never matters', async (t) => {
  const long = `${'d'.repeat(120)}/é.txt`;
  const files = fc.array(fc.tuple(fc.constantFrom('a.txt', 'b/c.jpg', long), fc.uint8Array({ maxLength: 2000 })), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(files, fc.array(fc.integer({ min: 1, max: 1500 }), { minLength: 1, maxLength: 5 }), fc.nat(), async (entries, sizes, cut) => {
      const bytes = archive(entries);
      const start = bytes.subarray(0, cut % (bytes.length + 1));
      for (const input of [bytes, start]) {
        const [whole, pieces] = [await read(input), await read(input, {}, sizes)];
        t.deepEqual(pieces.members, whole.members);
        t.is(pieces.fault?.message, whole.fault?.message);
      }
    }),
    { numRuns: 60 },
  );
});

test('tar-stream pack -> reader', async (t) => {
  const name = fc.stringMatching(/^[a-zé漢 .-]{1,80}$/).map((text) => `${text.replaceAll('.', '_')}.x`);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(name, fc.uint8Array({ maxLength: 1500 })), { maxLength: 5 }), async (entries) => {
      const stream = pack();
      for (const [path, data] of entries) stream.entry({ name: path }, Buffer.from(data));
      stream.finalize();
      const members: TarMember[] = [];
      for await (const member of tarMembers(stream as AsyncIterable<Uint8Array>)) members.push(member);
      t.deepEqual(members.map(({ name: path, data }) => [path, data]), entries.map(([path, data]) => [path, data]));
    }),
    { numRuns: 40 },
  );
});

test('content within a chunk is a view of it, and small content is a copy that does not pin it', async (t) => {
  const bytes = archive({ 'large.bin': new Uint8Array(4000).fill(7), 'small.txt': 'x' });
  const [large, small] = (await read(bytes)).members;
  t.true(large!.data.buffer.byteLength > 4000);
  t.is(small!.data.buffer.byteLength, 1);
  const [assembled] = (await read(bytes, {}, [700])).members;
  t.is(assembled!.data.buffer.byteLength, 4000);
  t.deepEqual(assembled!.data, large!.data);
  t.is(Object.getPrototypeOf(large!.data), Uint8Array.prototype);
});

test('data: false and members over the limit are stepped over', async (t) => {
  const bytes = archive({ 'a.bin': new Uint8Array(3000), 'b.txt': 'beta' });
  const counted = await read(bytes, { data: false }, [600]);
  t.deepEqual(counted.members.map(({ size, data }) => [size, data.length]), [[3000, 0], [4, 0]]);
  const limited = await read(bytes, { maxMemberBytes: 2999 }, [600]);
  t.deepEqual(limited.members.map(({ oversize, data }) => [oversize, data.length]), [[true, 0], [false, 4]]);
  t.false((await read(bytes, { maxMemberBytes: 3000 })).members[0]!.oversize);
});

test('an archive may be entered at any member', async (t) => {
  const { members } = await read(two);
  t.deepEqual((await read(two.subarray(1024), { offset: 1024 })).members, members.slice(1));
});

test('where an archive ends', async (t) => {
  const member = two.subarray(0, 1024);
  t.deepEqual(names((await read(new Uint8Array(0))).members), []);
  t.deepEqual(names((await read(tarEnd())).members), []);
  for (const zeros of [0, 100, 512, 700, 1024]) {
    const { members, fault } = await read(concat(member, new Uint8Array(zeros)));
    t.is(fault, undefined, `${zeros} zero bytes`);
    t.deepEqual(names(members), ['a.txt']);
  }
  t.deepEqual(names((await read(concat(two, bytesOf('anything')))).members), ['a.txt', 'b.txt']);
  t.deepEqual(names((await read(concat(member, new Uint8Array(512), two))).members), ['a.txt', 'a.txt', 'b.txt'], 'a lone zero block is no end');
});

test('ustar: prefix, types, links, V7, star', async (t) => {
  const bytes = concat(
    header({ 0: 'name', 345: 'pre/fix' }),
    header({ 0: 'dir//\0', 156: '5' }, 0),
    header({ 0: 'link', 156: '2', 157: 'target', 124: '00000000777\0' }),
    header({ 0: 'hard', 156: '1', 157: 'file' }),
    header({ 156: '7' }, 3), padded('abc'),
    header({ 156: '6' }),
    header({ 156: 'Z' }, 3), padded('abc'),
    header({ 0: 'v7dir/', 156: '\0', 257: '\0'.repeat(8) }),
    header({ 0: 'v7\0', 156: '\0', 257: '\0'.repeat(8), 345: 'not a prefix' }, 3), padded('abc'),
    header({ 0: 'gnu\0', 257: 'ustar  \0', 345: '12345670123\0' }),
    header({ 0: 'star', 345: 'p', 476: '12345670123\0', 508: 'tar\0' }),
  );
  const { members, fault } = await read(bytes, {}, [333]);
  t.is(fault, undefined);
  t.deepEqual(
    members.map(({ name, type, size, linkName, data }) => [name.replace(/\0.*/, ''), type, size, linkName, textOf(data)]),
    [
      ['pre/fix/name', 'file', 0, undefined, ''],
      ['dir', 'directory', 0, undefined, ''],
      ['link', 'symlink', 0, 'target', ''],
      ['hard', 'hardlink', 0, 'file', ''],
      ['file', 'file', 3, undefined, 'abc'],
      ['file', 'other', 0, undefined, ''],
      ['file', 'other', 3, undefined, ''],
      ['v7dir', 'directory', 0, undefined, ''],
      ['v7', 'file', 3, undefined, 'abc'],
      ['gnu', 'file', 0, undefined, ''],
      ['p/star', 'file', 0, undefined, ''],
    ],
  );
});

test('pax: local before global before header; the first local header wins; an empty value takes back', async (t) => {
  const bytes = concat(
    extension('x', pax('path', 'long/é.txt') + pax('size', '3') + pax('mtime', '1.5')), header({}, 0), padded('abc'),
    extension('g', pax('path', 'everywhere')),
    header({}),
    extension('x', pax('path', 'first')), extension('x', pax('path', 'second') + pax('linkpath', 'to')), header({ 156: '2' }),
    extension('x', pax('path', '')), header({}),
    extension('g', pax('path', '')), header({}),
    extension('x', `${pax('path', 'nul\0inside')}\0\0\0`), header({}),
  );
  const { members, fault } = await read(bytes, {}, [1000]);
  t.is(fault, undefined);
  t.deepEqual(names(members), ['long/é.txt', 'everywhere', 'first', 'file', 'file', 'nul\0inside']);
  t.is(textOf(members[0]!.data), 'abc');
  t.deepEqual([members[0]!.headerOffset, members[0]!.dataOffset], [0, 1536]);
  t.deepEqual([members[1]!.headerOffset, members[2]!.linkName], [2048 + 1024, 'to']);
});

test('GNU long names and links', async (t) => {
  const long = 'x'.repeat(300);
  const { members } = await read(concat(extension('K', `${long}\0`), extension('L', `${long}.txt\0junk`), header({ 156: '2' })));
  t.deepEqual(members.map(({ name, linkName, headerOffset }) => [name, linkName, headerOffset]), [[`${long}.txt`, long, 0]]);
});

test('names that are not UTF-8 stay different and are flagged', async (t) => {
  const { members } = await read(concat(header({ 0: 'caf\xe9' }), header({ 0: 'caf\xe8' }), header({ 0: Buffer.from('\ufeffé') })));
  t.deepEqual(members.map(({ name, nameIsUtf8 }) => [name, nameIsUtf8]), [['caf\\xe9', false], ['caf\\xe8', false], ['\ufeffé', true]]);
});

test('base-256 sizes and signed checksums', async (t) => {
  const size = concat(Uint8Array.of(0x80), new Uint8Array(10), Uint8Array.of(3));
  t.is((await read(concat(header({ 124: size }), padded('abc')))).members[0]!.size, 3);
  const signed = withChecksum(header({ 0: 'caf\xe9' }), (block) => new Int8Array(block).reduce((sum, byte) => sum + byte, 0));
  t.is((await read(signed)).members.length, 1);
});

const faults: readonly (readonly [title: string, bytes: Uint8Array, code: string, byteOffset: number, members: number, memberName?: string])[] = [
  ['HTML', padded(`<html>${'x'.repeat(600)}`), 'tar-not-a-tar', 0, 0],
  ['a few bytes', bytesOf('hello'), 'tar-not-a-tar', 0, 0],
  ['junk before the archive', concat(bytesOf('junk'), two), 'tar-not-a-tar', 0, 0],
  ['a damaged first header', concat(bytesOf('z'), two.subarray(1)), 'tar-checksum', 0, 0, 'z.txt'],
  ['a damaged second header', concat(two.subarray(0, 1024), bytesOf('z'), two.subarray(1025)), 'tar-checksum', 1024, 1, 'z.txt'],
  ['junk for a second header', concat(two.subarray(0, 1024), new Uint8Array(512).fill(1)), 'tar-checksum', 1024, 1],
  ['the start cut in its header', two.subarray(0, 400), 'tar-truncated', 400, 0],
  ['cut in a header', two.subarray(0, 1500), 'tar-truncated', 1500, 1],
  ['cut in a member', two.subarray(0, 1538), 'tar-truncated', 1538, 1, 'b.txt'],
  ['cut before a member', two.subarray(0, 1536), 'tar-truncated', 1536, 1, 'b.txt'],
  ['cut in the padding', two.subarray(0, 1600), 'tar-truncated', 1600, 2, 'b.txt'],
  ['cut in a long name', extension('L', 'x'.repeat(600)).subarray(0, 600), 'tar-truncated', 600, 0],
  ['a long name and the end', concat(extension('L', 'x'), tarEnd()), 'tar-truncated', 1024, 0],
  ['a long name and no more', extension('L', 'x'), 'tar-truncated', 1024, 0],
  ['a negative size', header({ 124: new Uint8Array(12).fill(0xff) }), 'tar-size', 0, 0, 'file'],
  ['an octal size below zero', header({ 124: '-0000000001\0' }), 'tar-size', 0, 0, 'file'],
  ['a size of no digits', header({ 124: '12x45670123\0' }), 'tar-size', 0, 0, 'file'],
  ['a huge size', header({ 124: concat(Uint8Array.of(0xbf), new Uint8Array(11).fill(0xff)) }), 'tar-size', 0, 0, 'file'],
  ['a negative pax size', concat(extension('x', pax('size', '-3')), header({})), 'tar-size', 1024, 0, 'file'],
  ['a pax size of no digits', concat(extension('x', pax('size', '0x3')), header({})), 'tar-size', 1024, 0, 'file'],
  ['a huge long name', header({ 156: 'L' }, 2 ** 20 + 1), 'tar-size', 0, 0],
  ['an old GNU sparse member', header({ 156: 'S' }), 'tar-sparse', 0, 0, 'file'],
  ['a pax sparse member', concat(extension('x', pax('GNU.sparse.major', '1')), header({})), 'tar-sparse', 1024, 0, 'file'],
  ['a malformed pax record', concat(extension('x', `${pax('path', 'a')}99 path=b\n`), header({})), 'tar-pax-record', 512 + 9, 0],
];
for (const [title, bytes, code, byteOffset, count, memberName] of faults) {
  test(`fault: ${title} is ${code}`, async (t) => {
    for (const sizes of [[], [100], [512]]) {
      const { members, fault } = await read(bytes, {}, sizes);
      t.is(members.length, count);
      t.true(fault instanceof TarFault && fault instanceof SampleFault);
      t.like(fault, { code, byteOffset, memberName, name: 'SampleFault' });
      t.regex(fault!.message, new RegExp(`at byte ${byteOffset}.*\\. [A-Z].*\\.$`));
    }
  });
}

async function* failing(error: Error): AsyncGenerator<Uint8Array, void, undefined> {
  yield two.subarray(0, 1540 - 4);
  yield two.subarray(1536, 1538);
  throw error;
}

test('a fault of the chunks keeps its code and learns the member; another error passes unchanged', async (t) => {
  const cut = await t.throwsAsync(async () => { for await (const _ of tarMembers(failing(new SampleFault('gzip-truncated', 'ends early', { byteOffset: 7 })))); });
  t.like(cut, { code: 'gzip-truncated', memberName: 'b.txt', byteOffset: 7, headerOffset: 1024 });
  const network = new Error('connection reset');
  t.is(await t.throwsAsync(async () => { for await (const _ of tarMembers(failing(network))); }), network);
});

test('closes its input when the reader stops, and when the archive ends before it', async (t) => {
  for (const limit of [1, 9]) {
    let closed = false;
    async function* endless(): AsyncGenerator<Uint8Array, void, undefined> {
      try {
        yield* chunked(two, 512);
        for (;;) yield new Uint8Array(512).fill(9);
      } finally {
        closed = true;
      }
    }
    let count = 0;
    for await (const _ of tarMembers(endless())) if (++count === limit) break;
    t.true(closed);
  }
});

test('random bytes and damaged archives end in a fault or an end, never in another error', async (t) => {
  const base = concat(extension('x', pax('path', 'a.txt')), two, new Uint8Array(0));
  const damage = fc.array(fc.tuple(fc.nat({ max: base.length - 1 }), fc.nat({ max: 255 })), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(damage, fc.boolean(), async (changes, repair) => {
      const bytes = base.slice();
      for (const [at, value] of changes) bytes[at] = value;
      if (repair) for (let at = 0; at + 512 <= bytes.length; at += 512) if (bytes.subarray(at + 257, at + 262).join() === bytesOf('ustar').join()) withChecksum(bytes.subarray(at, at + 512));
      await read(bytes, {}, [777]);
    }),
    { numRuns: 300 },
  );
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (bytes) => void (await read(bytes))), { numRuns: 50 });
  t.pass();
});

test('options are checked', async (t) => {
  await t.throwsAsync(tarMembers(chunked(two), { maxMemberBytes: -1 }).next(), { message: /`maxMemberBytes` must be an integer from 0 to \d+ \(bytes\), got -1/ });
  await t.throwsAsync(tarMembers(chunked(two), { offset: 0.5 }).next(), { message: /`offset`/ });
});
