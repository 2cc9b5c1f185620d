/**
 * Every tar archive of the shared data against Python's tarfile, member by member, and the 26 odd WebDataset shards against what MANIFEST.json
 * expects of them. Needs python3 (standard library only).
 */
import test from 'ava';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as zlib from 'node:zlib';
import { SampleFault } from '../../kernels/sampleFault.js';
import { decompress } from '../../formats/tar/decompress.js';
import { TarFault } from '../../formats/tar/tarFault.js';
import { tarMembers, type TarMember } from '../../formats/tar/tarMembers.js';
import { groupRecords } from '../../formats/tar/webdataset.js';

const root = resolve(process.env.MILLRACE_SHARED ?? '../shared', 'data', 'tars');
const hasZstd = 'createZstdDecompress' in zlib;

/** Where we differ from Python 3.11 on purpose. */
interface Difference {
  readonly why: string;
  /** Our fault, where Python reads on, stops in silence, or has an error of its own. */
  readonly fault?: string;
  /** Members that we read, each equal to Python's. @default as many as Python */
  readonly members?: number;
  /** Names that we read otherwise, by place. */
  readonly names?: Readonly<Record<number, string>>;
  /** Places of sparse members: each is refused, and the members after it must be equal again. */
  readonly sparse?: readonly number[];
}

const SPARSE = 'sparse members are refused: their stored bytes are not the file';
const SAME_ERROR = 'Python raises ReadError too';
const PREFIX = "old GNU headers keep times where ustar has its prefix; Python takes them for a directory";
const DIFFERENCES: Readonly<Record<string, Difference>> = {
  'rustpython/testtar.tar': { why: SPARSE, sparse: [18, 19, 20, 21] },
  'tar-split/gnu-incremental.tar': { why: `${SPARSE}; ${PREFIX}`, sparse: [2], names: { 0: 'test2/', 1: 'test2/foo' } },
  'tar-split/gnu-nil-sparse-data.tar': { why: SPARSE, sparse: [0] },
  'tar-split/gnu-nil-sparse-hole.tar': { why: SPARSE, sparse: [0] },
  'tar-split/gnu-sparse-big.tar': { why: SPARSE, sparse: [0] },
  'tar-split/pax-nil-sparse-data.tar': { why: SPARSE, sparse: [0] },
  'tar-split/pax-nil-sparse-hole.tar': { why: SPARSE, sparse: [0] },
  'tar-split/pax-sparse-big.tar': { why: SPARSE, sparse: [0] },
  'tar-stream/gnu-incremental.tar': { why: PREFIX, names: { 0: 'test.txt' } },
  'runtime-assets/node-tar__bad-cksum.tar': { why: 'Python stops in silence at a wrong checksum: samples would be lost', fault: 'tar-checksum' },
  'tar-split/pax-bad-hdr-file.tar': { why: 'Python 3.11 skips malformed pax records, newer ones refuse them', fault: 'tar-pax-record', members: 0 },
  'tar-split/pax-global-records.tar': { why: 'an empty pax value takes a global path back (POSIX); Python makes the name empty', names: { 2: 'file3', 3: 'file4' } },
  'rustpython/testtar.tar.xz': { why: 'xz is not read', fault: 'tar-not-a-tar', members: 0 },
  'tar-split/pax-bad-hdr-large.tar.bz2': { why: 'bzip2 is not read', fault: 'tar-not-a-tar', members: 0 },
  'tar-split/issue11169.tar': { why: SAME_ERROR, fault: 'tar-truncated' },
  'tar-split/neg-size.tar': { why: SAME_ERROR, fault: 'tar-size' },
  'tar-split/pax-path-hdr.tar': { why: SAME_ERROR, fault: 'tar-truncated' },
  'tar-stream/incomplete.tar': { why: `${SAME_ERROR}; the cut is in the padding, so the member itself is delivered`, fault: 'tar-truncated' },
  'webdataset-odd/bad-checksum-second-sample.tar': { why: 'Python stops in silence at a wrong checksum', fault: 'tar-checksum' },
  'webdataset-odd/garbage-prefix.tar': { why: SAME_ERROR, fault: 'tar-not-a-tar' },
  'webdataset-odd/html-instead-of-tar.tar': { why: SAME_ERROR, fault: 'tar-not-a-tar' },
  'webdataset-odd/truncated-mid-member.tar': { why: SAME_ERROR, fault: 'tar-truncated' },
  'webdataset-odd/truncated.tar.gz': { why: 'Python raises EOFError', fault: 'gzip-truncated' },
  'webdataset-odd/zero-byte.tar': { why: 'Python refuses an empty file; to us it is a shard of no samples' },
  'webdataset-odd/zstd.tar.zst': { why: 'Python 3.11 reads no zstd', ...(hasZstd ? { members: 9 } : { fault: 'zstd-unsupported' }) },
};

interface PythonMember {
  readonly name: string;
  readonly linkName: string | null;
  readonly type: string;
  readonly size: number;
  readonly sha256: string | null;
  readonly headerOffset: number;
  readonly dataOffset: number;
}

const archives = readdirSync(root)
  .flatMap((folder) => readdirSync(join(root, folder)).map((file) => `${folder}/${file}`))
  .toSorted();
const oracle = JSON.parse(
  execFileSync('python3', [resolve('tests/conformance/tar.oracle.py'), ...archives.map((name) => join(root, name))], { maxBuffer: 2 ** 28 }).toString(),
) as Record<string, { members: PythonMember[]; error: string | null }>;

const hex = (name: string, isUtf8: boolean): string =>
  isUtf8 ? Buffer.from(name).toString('hex') : Buffer.from(name.replace(/\\x(..)/g, (_, byte: string) => String.fromCharCode(parseInt(byte, 16))), 'latin1').toString('hex');

const asPython = ({ name, nameIsUtf8, linkName, type, size, data, headerOffset, dataOffset }: TarMember): PythonMember => ({
  name: hex(name, nameIsUtf8),
  linkName: linkName === undefined ? null : hex(linkName, true),
  type,
  size,
  sha256: type === 'file' ? createHash('sha256').update(data).digest('hex') : null,
  headerOffset,
  dataOffset,
});

/** All members that can be read, then the fault. After a sparse member reading goes on where Python saw the next one (`offset`). */
async function readAll(file: string, python: readonly PythonMember[]): Promise<{ members: (PythonMember | undefined)[]; fault: SampleFault | undefined }> {
  const members: (PythonMember | undefined)[] = [];
  let offset = 0;
  for (;;) {
    try {
      const chunks = offset === 0 ? decompress(createReadStream(file)) : createReadStream(file, { start: offset });
      for await (const member of tarMembers(chunks, { offset })) members.push(asPython(member));
      return { members, fault: undefined };
    } catch (error) {
      if (!(error instanceof SampleFault)) throw error;
      if (error.code !== 'tar-sparse') return { members, fault: error };
      members.push(undefined);
      offset = python[members.length]?.headerOffset ?? Infinity;
      if (offset === Infinity) return { members, fault: undefined };
    }
  }
}

test('the shared data has the archives that this test was written for', (t) => {
  t.is(archives.length, 151);
  for (const name of Object.keys(DIFFERENCES)) t.true(archives.includes(name), name);
});

for (const name of archives) {
  test(`python tarfile: ${name}`, async (t) => {
    const python = oracle[join(root, name)]!;
    const difference = DIFFERENCES[name];
    const { members, fault } = await readAll(join(root, name), python.members);

    t.is(fault?.code, difference?.fault, fault?.message);
    if (difference === undefined) t.is(python.error, null);
    t.is(members.length, difference?.members ?? python.members.length);
    if (python.members.length === 0) return;
    const expected = python.members.slice(0, members.length).map((member, i) => {
      const ours = difference?.names?.[i];
      if (difference?.sparse?.includes(i)) return undefined;
      return ours === undefined ? member : { ...member, name: hex(ours, true) };
    });
    t.deepEqual(members, expected);
  });
}

const KINO = `лес-森林-${'a'.repeat(140)}`;
const THREE = ['000 jpg,txt,json', '001 jpg,txt,json', '002 jpg,txt,json'];

/** Records of each odd shard: `key extensions`, and after `!` the code of the fault on it (`!!`: it ends the shard). */
const ODD: Readonly<Record<string, readonly string[]>> = {
  'bad-checksum-second-sample.tar': ['000 jpg,txt,json', '001  !!tar-checksum'],
  'concatenated.tar': ['000 jpg,txt,json'],
  'directories-and-dot-slash.tar': THREE.map((record) => `./train/${record}`),
  'dotted-extensions.tar': ['s1 left.jpg,right.jpg,seg.v2.json,cls', 's2 left.jpg,right.jpeg,cls'],
  'duplicate-key-adjacent.tar': ['000 jpg,txt,json,txt !record-repeated-part', '001 jpg,txt,json', '002 jpg,txt,json'],
  'duplicate-key-distant.tar': [...THREE, '000 jpg,txt,json !key-repeated'],
  'empty.tar': [],
  'garbage-prefix.tar': ['  !!tar-not-a-tar'],
  'gnu-long-names.tar': [`${'d/'.repeat(60)}${'k'.repeat(130)} jpg,txt,json`, `${KINO} jpg,txt,json`],
  'gzip-two-members.tar.gz': THREE,
  'gzip.tar.gz': THREE,
  'html-instead-of-tar.tar': ['  !!tar-not-a-tar'],
  'interleaved-keys.tar': ['000 jpg', '001 jpg', '000 txt !key-repeated', '001 txt !key-repeated', '000 json !key-repeated', '001 json !key-repeated'],
  // Links are no parts: two of the three samples lack the jpg that is a link.
  'links.tar': ['000 jpg,txt,json', '001 txt', '002 txt'],
  'missing-parts.tar': ['000 jpg,txt', '001 jpg', '002 txt,json'],
  'nfc-nfd-keys.tar': ['caf\u00e9 jpg,txt,json', 'cafe\u0301 jpg,txt,json'],
  'no-end-blocks.tar': THREE,
  'no-extension-and-hidden.tar': ['000 jpg,txt,json', '001 jpg,txt,json'],
  'path-traversal.tar': ['../../etc/evil jpg !key-unsafe', '/abs/evil jpg !key-unsafe', '000 jpg,txt,json'],
  'pax-long-unicode-names.tar': [`${KINO} jpg,txt,json`, `日本語/キー/${'é'.repeat(60)} jpg,txt,json`],
  'same-base-two-dirs.tar': ['a/000 jpg,txt,json', 'b/000 jpg,txt,json'],
  // MANIFEST.json speaks of two whole samples, but the file (its digest is the manifest's) has 10,964 bytes: it is cut in its first image. The
  // case that the text means stands in tests/formats/tar/webdataset.test.ts.
  'truncated-mid-member.tar': ['000  !!tar-truncated'],
  'truncated.tar.gz': ['000 jpg,txt,json', '001 jpg,txt,json', '002  !!gzip-truncated'],
  'zero-byte.tar': [],
  'zero-length-members.tar': ['000 jpg,txt,json', '001 jpg,txt,json'],
  'zstd.tar.zst': hasZstd ? THREE : ['  !!zstd-unsupported'],
};

test('every odd shard has an expectation', (t) => {
  t.deepEqual(Object.keys(ODD), readdirSync(join(root, 'webdataset-odd')).toSorted());
  const { sha256, expect } = manifestEntry('truncated-mid-member.tar');
  t.is(expect, '2 whole samples, then an error');
  t.is(createHash('sha256').update(readFileSync(join(root, 'webdataset-odd/truncated-mid-member.tar'))).digest('hex'), sha256);
});

for (const [name, expected] of Object.entries(ODD)) {
  test(`odd shard: ${name}: ${manifestEntry(name).expect}`, async (t) => {
    const seen: string[] = [];
    for await (const record of groupRecords(tarMembers(decompress(createReadStream(join(root, 'webdataset-odd', name)))))) {
      const { index, key, members, fault, endsShard } = record;
      t.is(index, seen.length);
      const code = fault === undefined ? '' : ` !${endsShard ? '!' : ''}${fault.code}`;
      seen.push(`${key} ${members.map(({ extension }) => extension).join()}${code}`);
      for (const { data, size } of members) t.is(data.length, fault === undefined ? size : 0);
      if (endsShard && name.endsWith('.tar')) t.true(fault instanceof TarFault);
    }
    t.deepEqual(seen, expected);
  });
}

function manifestEntry(name: string): { expect: string; sha256: string } {
  const { files } = JSON.parse(readFileSync(resolve(root, '..', 'MANIFEST.json'), 'utf8')) as { files: { file: string; expect: string; sha256: string }[] };
  return files.find(({ file }) => file === `tars/webdataset-odd/${name}`)!;
}
