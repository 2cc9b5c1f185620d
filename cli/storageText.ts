import { sumSnapshots, type StoreMeterSnapshot } from '../storage/remote/storeMeter.js';
import { bytesText } from './io.js';

/** What remote stores did, over several processes, as a part of a report; nothing where only local files were used. */
export function storageOf(all: readonly StoreMeterSnapshot[]): { readonly storage?: StoreMeterSnapshot } {
  const storage = sumSnapshots(all);
  return storage.requests === 0 ? {} : { storage };
}

export function storageText({ requests, bytesRead, bytesWritten, retries, hedges, throttled, requestsPerSecond }: StoreMeterSnapshot): string {
  const rates = Object.entries(requestsPerSecond).map(([bucket, rate]) => `${bucket} at ${rate} requests/s at most`).join(', ');
  return `remote stores: ${requests} requests, ${bytesText(bytesRead)} read, ${bytesText(bytesWritten)} written, ${retries} retries, ${hedges} hedges, ${throttled} times slowed down; ${rates}`;
}
