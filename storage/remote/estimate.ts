import { schemeOf } from '../schemeOf.js';
import { remoteSettings, type RemoteOptions } from './remoteOptions.js';

export interface ReadEstimate {
  readonly requests: number;
  /** Bytes that leave the store. */
  readonly egressBytes: number;
}

/** What reading whole objects asks of their stores, without faults: two looks at each version, and ranged reads. Local files ask nothing. */
export function estimateReads(objects: readonly { readonly url: string; readonly bytes: number }[], options: RemoteOptions = {}): ReadEstimate {
  const { readChunkBytes } = remoteSettings(options);
  let requests = 0;
  let egressBytes = 0;
  for (const { url, bytes } of objects) {
    if ((schemeOf(url) ?? 'file') === 'file') continue;
    requests += 3; // two looks, one read
    egressBytes += bytes;
    // The first reads are an eighth, a quarter and half of the others.
    let size = Math.floor(readChunkBytes / 8);
    for (let at = size; at < bytes; at += size) {
      size = Math.min(readChunkBytes, size * 2);
      requests += 1;
    }
  }
  return { requests, egressBytes };
}
