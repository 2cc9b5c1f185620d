import { httpDriver } from './http/httpDriver.js';
import type { ObjectStore } from './objectStore.js';
import { remoteSettings, type RemoteOptions } from './remote/remoteOptions.js';
import { remoteStore } from './remote/remoteStore.js';
import { StoreMeter } from './remote/storeMeter.js';

export interface HttpStoreOptions extends RemoteOptions {
  /** Redirects that one request follows; to `http:` from `https:` none. @default 5 */
  readonly maxRedirects?: number;
  /** Where counts go. @default a meter of its own */
  readonly meter?: StoreMeter;
}

/**
 * Objects of web servers, to read: `http:` and `https:` URLs, as they are written. Servers without ranges are read from the start and what is not
 * wanted is thrown away; one that tells no length is read once to measure it. The version is the etag, else the time of the last change, else the
 * length. A URL with a password or a signature in it is refused, since URLs stand in manifests and messages. @see remoteStore
 */
export function httpStore({ maxRedirects = 5, meter = new StoreMeter(), ...remote }: HttpStoreOptions = {}): ObjectStore {
  if (!Number.isSafeInteger(maxRedirects) || maxRedirects < 0) throw new RangeError(`\`maxRedirects\` must be an integer from 0 up, got ${maxRedirects}`);
  const settings = remoteSettings(remote);
  return remoteStore(httpDriver({ maxRedirects }, settings, meter), settings, meter);
}
