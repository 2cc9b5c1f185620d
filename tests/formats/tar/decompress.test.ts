import test from 'ava';
import * as fc from 'fast-check';
import * as zlib from 'node:zlib';
import { decompress } from '../../../formats/tar/decompress.js';
import { SampleFault } from '../../../kernels/sampleFault.js';
import { bytesOf, chunked, concat } from './archives.js';

async function run(bytes: Uint8Array, ...sizes: number[]): Promise<{ out: Uint8Array; fault: SampleFault | undefined }> {
  const parts: Uint8Array[] = [];
  try {
    for await (const chunk of decompress(chunked(bytes, ...sizes))) parts.push(chunk);
  } catch (error) {
    if (error instanceof SampleFault) return { out: concat(...parts), fault: error };
    throw error;
  }
  return { out: concat(...parts), fault: undefined };
}

/** Bytes that compress badly. */
function noise(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0, state = 1; i < length; i++) bytes[i] = (state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 24;
  return bytes;
}
const data = noise(200_000);
const gzipped = new Uint8Array(zlib.gzipSync(data));

test('plain bytes pass through', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 50 }), fc.integer({ min: 1, max: 9 }), async (bytes, size) => {
      if (bytes[0] === 0x1f && bytes[1] === 0x8b) return;
      t.deepEqual(await run(bytes, size), { out: bytes, fault: undefined });
    }),
  );
});

test('gzip of one or more members, in any chunking', async (t) => {
  const second = bytesOf('and more');
  for (const sizes of [[], [1000], [1, 2, 70_000]]) {
    t.deepEqual((await run(gzipped, ...sizes)).out, data);
    t.deepEqual((await run(concat(gzipped, zlib.gzipSync(second)), ...sizes)).out, concat(data, second));
  }
});

test('a member that ends exactly where a piece of 32 KiB ends', async (t) => {
  const small = new Uint8Array(zlib.gzipSync(bytesOf('x')));
  // An extra field (RFC 1952, FEXTRA) makes the member exactly as long as needed.
  const extra = 32 * 1024 - small.length - 2;
  const member = concat(small.subarray(0, 3), Uint8Array.of(4), small.subarray(4, 10), Uint8Array.of(extra & 255, extra >> 8), new Uint8Array(extra), small.subarray(10));
  t.is(member.length, 32 * 1024);
  t.deepEqual(await run(concat(member, zlib.gzipSync(bytesOf('y')))), { out: bytesOf('xy'), fault: undefined });
  t.deepEqual(await run(concat(member, new Uint8Array(100))), { out: bytesOf('x'), fault: undefined });
});

test('zero padding after the data is ignored', async (t) => {
  t.deepEqual(await run(concat(gzipped, new Uint8Array(100_000))), { out: data, fault: undefined });
});

test('truncated gzip gives what can be read, the same in every chunking, then its fault', async (t) => {
  for (const length of [2, 9, 15, 70_000, gzipped.length - 1]) {
    const cut = gzipped.subarray(0, length);
    const { out, fault } = await run(cut);
    t.like(fault, { code: 'gzip-truncated', byteOffset: length });
    t.deepEqual(out, data.subarray(0, out.length));
    for (const sizes of [[100], [4097], [65_536]]) t.deepEqual((await run(cut, ...sizes)).out, out);
  }
  t.true((await run(gzipped.subarray(0, 70_000))).out.length > 60_000);
});

test('damaged gzip gives the same bytes in every chunking, then its fault', async (t) => {
  const damaged = concat(gzipped);
  damaged.fill(0xff, 100_000, 100_400);
  damaged[damaged.length - 5]! ^= 1;
  const { out, fault } = await run(damaged);
  t.is(fault?.code, 'gzip-corrupt');
  for (const sizes of [[100], [4097], [65_536]]) t.deepEqual((await run(damaged, ...sizes)).out, out);
});

test('zstd is read where Node can, else refused with what to do', async (t) => {
  const { zstdCompressSync } = zlib as { zstdCompressSync?: (bytes: Uint8Array) => Uint8Array };
  if (zstdCompressSync === undefined) {
    const { out, fault } = await run(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0), 1);
    t.is(out.length, 0);
    t.like(fault, { code: 'zstd-unsupported' });
    t.regex(fault!.message, /Decompress it .* Node >= 22\.15/);
    return;
  }
  const frame = zstdCompressSync(data);
  const skippable = Uint8Array.of(0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3);
  const all = concat(skippable, frame, skippable, zstdCompressSync(new Uint8Array(500_000)), frame, new Uint8Array(9));
  for (const sizes of [[], [1000], [1, 2, 70_000]]) t.deepEqual(await run(all, ...sizes), { out: concat(data, new Uint8Array(500_000), data), fault: undefined });
  for (const length of [4, 5, 150_000, frame.length - 5, frame.length - 1, frame.length + 2]) {
    const cut = concat(frame, frame).subarray(0, length);
    const { out, fault } = await run(cut);
    t.like(fault, { code: 'zstd-truncated', byteOffset: length });
    for (const sizes of [[100], [65_536]]) t.deepEqual((await run(cut, ...sizes)).out, out);
  }
  t.is((await run(concat(frame, bytesOf('junk')))).fault?.code, 'zstd-corrupt');
  const damaged = concat(zstdCompressSync(bytesOf('abcdefgh'.repeat(5000))));
  damaged.fill(0xff, 12, 24);
  t.is((await run(damaged)).fault?.code, 'zstd-corrupt');
});

test('an error of the input passes unchanged, and stopping early closes the input', async (t) => {
  const network = new Error('connection reset');
  let closed = 0;
  async function* failing(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* chunked(gzipped, 40_000);
      throw network;
    } finally {
      closed++;
    }
  }
  t.is(await t.throwsAsync(async () => { for await (const _ of decompress(failing())); }), network);
  for await (const _ of decompress(failing())) break;
  t.is(closed, 2);
});
