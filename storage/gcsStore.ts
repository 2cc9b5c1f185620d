import { googleToken } from './gcs/googleToken.js';
import { gcsDriver } from './gcs/gcsDriver.js';
import type { ObjectStore } from './objectStore.js';
import { remoteSettings, type RemoteOptions } from './remote/remoteOptions.js';
import { remoteStore } from './remote/remoteStore.js';
import { StoreMeter } from './remote/storeMeter.js';
import { Transport } from './remote/transport.js';

export interface GcsStoreOptions extends RemoteOptions {
  /** @default STORAGE_EMULATOR_HOST, else https://storage.googleapis.com */
  readonly endpoint?: string;
  /** Public buckets, no credentials needed. @default false, but true with an emulator */
  readonly anonymous?: boolean;
  /** The project that pays where the bucket's owner does not. @default none */
  readonly userProject?: string;
  /** Where counts go. @default a meter of its own */
  readonly meter?: StoreMeter;
}

/**
 * Google Cloud Storage as an ObjectStore, by its JSON API. URLs are `gs://bucket/name`, the name as it is. Credentials are the application's default
 * ones (@see googleToken). The etag is the object's generation; create-once is `ifGenerationMatch=0`. @see remoteStore
 */
export function gcsStore({ endpoint, anonymous, userProject, meter = new StoreMeter(), ...remote }: GcsStoreOptions = {}): ObjectStore {
  const settings = remoteSettings(remote);
  const emulator = process.env.STORAGE_EMULATOR_HOST;
  const server = endpoint ?? (emulator === undefined ? 'https://storage.googleapis.com' : /^https?:/.test(emulator) ? emulator : `http://${emulator}`);
  const transport = new Transport(settings, meter);
  const token = (anonymous ?? (endpoint === undefined && emulator !== undefined)) ? async () => undefined : googleToken(transport);
  return remoteStore(gcsDriver({ endpoint: server.replace(/\/+$/, ''), userProject, token }, transport), settings, meter);
}
