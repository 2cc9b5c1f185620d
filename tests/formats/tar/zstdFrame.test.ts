import test from 'ava';
import { ZstdFrame } from '../../../formats/tar/zstdFrame.js';
import { concat } from './archives.js';

// "hello" without and with a checksum, and 300,000 zero bytes (three blocks), by zstd at its default level.
const PLAIN = Buffer.from('28b52ffd200529000068656c6c6f', 'hex');
const CHECKED = Buffer.from('28b52ffd240529000068656c6c6fa36d9f88', 'hex');
const BLOCKS = Buffer.from('28b52ffda0e09304005400001000000100fbff39c00202001000039f0400', 'hex');
const SKIPPABLE = Buffer.from('5f2a4d1803000000010203', 'hex');

/** Feed in pieces of `size` bytes. @returns the bytes that the frame took, and how often it stopped within a piece */
function walk(bytes: Uint8Array, size: number): { taken: number; frame: ZstdFrame; stops: number } {
  const frame = new ZstdFrame();
  let stops = 0;
  for (let start = 0; start < bytes.length; start += size) {
    const piece = bytes.subarray(start, start + size);
    for (let at = 0; at < piece.length; ) {
      at = frame.feed(piece, at);
      if (frame.ended || frame.unknown) return { taken: start + at, frame, stops };
      if (at < piece.length) stops++;
    }
  }
  return { taken: bytes.length, frame, stops };
}

for (const [title, bytes] of Object.entries({ PLAIN, CHECKED, BLOCKS, SKIPPABLE })) {
  test(`${title} ends where it ends, in any pieces`, (t) => {
    for (const size of [1, 2, 3, 5, 100]) {
      const { taken, frame } = walk(concat(bytes, PLAIN), size);
      t.true(frame.ended);
      t.is(taken, bytes.length);
      for (let cut = 1; cut < bytes.length; cut++) t.false(walk(bytes.subarray(0, cut), size).frame.ended);
    }
  });
}

test('stops after each block', (t) => t.is(walk(BLOCKS, 100).stops, 3));

test('knows what is no frame', (t) => {
  t.true(walk(concat(PLAIN.subarray(1)), 100).frame.unknown);
  t.true(walk(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfc), 1).frame.unknown);
});
