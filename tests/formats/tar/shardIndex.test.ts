import { gzipSync } from 'node:zlib';
import test from 'ava';
import { encodeIndex, indexDisagreement, INDEX_ENTRY_BYTES, INDEX_HEADER_BYTES, indexRange, indexShard, NotSeekableError, parseIndexEntries, parseIndexHeader } from '../../../formats/tar/shardIndex.js';
import { tarEnd, tarMember } from '../../../formats/tar/tarWriter.js';
import { hash32 } from '../../../kernels/hash.js';
import { archive } from './archives.js';

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

test('an entry says where its record lies and who it is; records at fault count', async (t) => {
  const shard = archive([['a.jpg', 'x'.repeat(600)], ['a.txt', 'text'], ['b.jpg', 'y'], ['a.jpg', 'again']]);
  const entries = await indexShard(once(shard));
  t.deepEqual(entries, [
    { byteOffset: 0, byteLength: 512 + 1024 + 512 + 512, keyHash: hash32('a'), repeated: false, endsShard: false },
    { byteOffset: 2560, byteLength: 1024, keyHash: hash32('b'), repeated: false, endsShard: false },
    { byteOffset: 3584, byteLength: 1024, keyHash: hash32('a'), repeated: true, endsShard: false },
  ]);
});

test('what is written is read again, whole or in ranges', async (t) => {
  const entries = await indexShard(once(archive([['a.txt', '1'], ['b.txt', '2'], ['a.txt', '3'], ['c.txt', '4']])));
  const last = { ...entries[3]!, byteOffset: 2 ** 40, endsShard: true };
  const all = [...entries.slice(0, 3), last];
  const bytes = encodeIndex(all, 5 * 2 ** 40);
  t.is(bytes.length, INDEX_HEADER_BYTES + 4 * INDEX_ENTRY_BYTES);
  t.deepEqual(parseIndexHeader(bytes), { records: 4, shardBytes: 5 * 2 ** 40 });
  const { start, end } = indexRange(1, 4);
  t.deepEqual(parseIndexEntries(bytes.subarray(start, end)), all.slice(1));
  t.throws(() => parseIndexHeader(Buffer.from('not an index, but long enough to be one')), { instanceOf: RangeError, message: /does not begin like an index/ });
  bytes[8] = 2;
  t.throws(() => parseIndexHeader(bytes), { message: /version 2, this program reads version 1/ });
});

test('a shard that breaks off is indexed up to there', async (t) => {
  const whole = archive([['a.txt', '1'], ['b.txt', '2'], ['c.txt', '3'.repeat(2000)]]);
  const entries = await indexShard(once(whole.subarray(0, 3000)));
  t.deepEqual(entries.map(({ byteOffset, endsShard }) => [byteOffset, endsShard]), [[0, false], [1024, false], [2048, true]]);
});

test('shards that cannot be read from their middle are refused, with the reason', async (t) => {
  const shard = archive([['a.txt', '1']]);
  await t.throwsAsync(indexShard(once(gzipSync(shard))), { instanceOf: NotSeekableError, message: /compressed with gzip/ });
  const pax = Buffer.concat(tarMember('globals', new TextEncoder().encode('14 path=x.txt\n')));
  pax[156] = 'g'.charCodeAt(0);
  pax.fill(0x20, 148, 156);
  const sum = pax.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  pax.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  await t.throwsAsync(indexShard(once(Buffer.concat([pax, ...tarMember('a.txt', Uint8Array.of(1)), tarEnd()]))), { instanceOf: NotSeekableError, message: /global header speaks for the member at byte/ });
});

test('a record that is not its entry is found out', async (t) => {
  const [entry] = await indexShard(once(archive([['a.txt', '1']])));
  const record = { index: 0, key: 'a', byteOffset: 0, endOffset: 1024, members: [] };
  t.is(indexDisagreement(entry!, record), undefined);
  t.regex(indexDisagreement(entry!, { ...record, key: 'b' })!, /keyHash/);
  t.is(indexDisagreement(entry!, { ...record, endOffset: 2048 }), 'byteLength 2048, in the index 1024');
});
