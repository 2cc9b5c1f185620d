import type { ObjectStore } from './objectStore.js';
import { remoteSettings, type RemoteOptions } from './remote/remoteOptions.js';
import { remoteStore } from './remote/remoteStore.js';
import { StoreMeter } from './remote/storeMeter.js';
import type { S3Credentials } from './s3/s3Client.js';
import { s3Driver } from './s3/s3Driver.js';

export interface S3StoreOptions extends RemoteOptions {
  /** The server, as `https://host:port`. @default AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, the configuration file, else AWS itself */
  readonly endpoint?: string;
  /** @default AWS_REGION, AWS_DEFAULT_REGION, the configuration file; with an endpoint of its own us-east-1. Buckets elsewhere are followed */
  readonly region?: string;
  /** `https://host/bucket/key` instead of `https://bucket.host/key`. @default true with an endpoint of its own */
  readonly pathStyle?: boolean;
  /** Credentials of a program's own, in place of those of the SDK's chain. */
  readonly credentials?: S3Credentials;
  /** Sign nothing: public buckets, no credentials needed. @default false */
  readonly anonymous?: boolean;
  /** Agree to pay for requests to buckets whose owner does not. @default false */
  readonly requesterPays?: boolean;
  /** Where counts go. @default a meter of its own */
  readonly meter?: StoreMeter;
}

/**
 * Amazon S3 and stores that speak its language, as an ObjectStore. URLs are `s3://bucket/key`, the key as it is (nothing in it is decoded).
 *
 * Credentials come from the SDK's chain: environment, `~/.aws`, web identity, container and instance roles. Ranged reads are signed by the SDK and
 * sent directly, everything else goes through it. Create-once is `If-None-Match: *`. @see remoteStore
 */
export function s3Store({ endpoint, region, pathStyle, credentials, anonymous = false, requesterPays = false, meter = new StoreMeter(), ...remote }: S3StoreOptions = {}): ObjectStore {
  const settings = remoteSettings(remote);
  return remoteStore(s3Driver({ endpoint, region, pathStyle, credentials, anonymous, requesterPays }, settings, meter), settings, meter);
}
