import * as zlib from 'node:zlib';
import type { Transform } from 'node:stream';
import { SampleFault } from '../../kernels/sampleFault.js';
import { ByteReader } from './byteReader.js';
import { ZlibPieces } from './zlibPieces.js';
import { ZstdFrame } from './zstdFrame.js';

/** Compressed bytes given to zlib at a time. Fixed, so that what a damaged stream yields before its fault never depends on the chunking. */
const PIECE_BYTES = 32 * 1024;
/** Size of a decompressed chunk. Larger than zlib's 16 KiB: members that lie within one chunk need no copy. */
const CHUNK_BYTES = 256 * 1024;

// In @types/node from 22.15 on; Node 20 has neither.
const createZstd = (zlib as { createZstdDecompress?: (options: { chunkSize: number }) => Transform }).createZstdDecompress;

/**
 * The bytes of a stream, decompressed if it starts with the magic bytes of gzip (RFC 1952, any number of members) or zstd (RFC 8878, any
 * number of frames), else passed through untouched.
 *
 * Zero bytes after the compressed data are padding and ignored. Holds what 32 KiB of gzip expand to (at most 33 MiB) or one zstd block (128
 * KiB). The offsets of later faults (`tar-*`) are bytes of the decompressed stream.
 *
 * @throws SampleFault `gzip-truncated`, `gzip-corrupt`, `zstd-truncated`, `zstd-corrupt` after all that could be read; `byteOffset` counts
 * compressed bytes
 * @throws SampleFault `zstd-unsupported` on a Node without zstd
 */
export async function* decompress(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = new ByteReader(chunks);
  try {
    const format = compressionOf(await reader.peek(4));
    if (format === 'gzip') {
      yield* gunzipped(reader);
    } else if (format === 'zstd') {
      if (createZstd === undefined) {
        throw new SampleFault('zstd-unsupported', `The file is compressed with zstd, which Node ${process.versions.node} cannot read. Decompress it (zstd -d) or run Node >= 22.15.`, { byteOffset: 0 });
      }
      yield* unzstded(reader, () => createZstd({ chunkSize: CHUNK_BYTES }));
    } else {
      for (let chunk = await reader.takeChunk(); chunk !== undefined; chunk = await reader.takeChunk()) yield chunk;
    }
  } finally {
    await reader.close();
  }
}

/** How bytes that begin so are compressed; undefined: not, as far as this file reads. */
export function compressionOf(start: Uint8Array): 'gzip' | 'zstd' | undefined {
  const magic = Buffer.from(start.subarray(0, 4)).toString('hex');
  if (magic.startsWith('1f8b')) return 'gzip';
  return /^(28b52ffd|5.2a4d18)$/.test(magic) ? 'zstd' : undefined;
}

async function* gunzipped(reader: ByteReader): AsyncGenerator<Uint8Array, void, undefined> {
  const engine = new ZlibPieces(zlib.createGunzip({ chunkSize: CHUNK_BYTES }));
  try {
    for (let piece = await reader.take(PIECE_BYTES); piece.length > 0; piece = await reader.take(PIECE_BYTES)) {
      await engine.write(piece);
      yield* engine.take();
      if (engine.failure !== undefined) throw asFault(engine.failure, 'gzip', reader.offset);
      if (engine.ended) return; // the rest is padding
    }
    await engine.end();
    yield* engine.take();
    if (engine.failure !== undefined) throw asFault(engine.failure, 'gzip', reader.offset);
  } finally {
    engine.destroy();
  }
}

async function* unzstded(reader: ByteReader, create: () => Transform): AsyncGenerator<Uint8Array, void, undefined> {
  let frame: ZstdFrame | undefined;
  let engine: ZlibPieces | undefined;
  try {
    for (let piece = await reader.take(PIECE_BYTES); piece.length > 0; piece = await reader.take(PIECE_BYTES)) {
      const pieceOffset = reader.offset - piece.length;
      for (let at = 0; at < piece.length; ) {
        if (frame === undefined && piece[at] === 0) return; // padding: no frame starts so
        frame ??= new ZstdFrame();
        engine ??= new ZlibPieces(create());
        const end = frame.feed(piece, at);
        if (frame.unknown) throw asFault(Object.assign(new Error('no frame starts here'), { code: 'Z_DATA_ERROR' }), 'zstd', pieceOffset + end);
        await engine.write(piece.subarray(at, end)); // skippable frames too: the engine steps over them
        at = end;
        if (frame.ended) await engine.end();
        yield* engine.take();
        if (engine.failure !== undefined) throw asFault(engine.failure, 'zstd', pieceOffset + end);
        if (!frame.ended) continue;
        engine.destroy();
        frame = engine = undefined;
      }
    }
    if (frame !== undefined) throw asFault(Object.assign(new Error('the last frame is cut'), { code: 'Z_BUF_ERROR' }), 'zstd', reader.offset);
  } finally {
    engine?.destroy();
  }
}

function asFault(error: NodeJS.ErrnoException, format: 'gzip' | 'zstd', byteOffset: number): Error {
  const code = error.code ?? '';
  if (code === 'Z_BUF_ERROR') {
    return new SampleFault(`${format}-truncated`, `The ${format} data ends before its end mark, at compressed byte ${byteOffset}. Fetch the file again.`, { byteOffset, cause: error });
  }
  if (code === 'Z_DATA_ERROR' || code === 'Z_NEED_DICT' || (code.startsWith('ZSTD_error_') && code !== 'ZSTD_error_memory_allocation')) {
    return new SampleFault(`${format}-corrupt`, `The ${format} data is damaged before compressed byte ${byteOffset}: ${error.message}. Fetch the file again.`, { byteOffset, cause: error });
  }
  return error; // out of memory and the like: not the file's fault
}
