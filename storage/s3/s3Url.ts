import { StoreError } from '../objectStore.js';

export interface S3Place {
  readonly bucket: string;
  readonly key: string;
}

/** Bucket and key of `s3://bucket/key`; the key may be empty, as in a prefix. @throws StoreError `bad-url` */
export function s3Place(url: string): S3Place {
  const match = /^s3:\/\/([^/]+)(?:\/(.*))?$/is.exec(url);
  if (match === null) throw new StoreError('bad-url', url, `not the name of an object in S3: ${JSON.stringify(url)}; write s3://bucket/key`);
  const [, bucket = '', key = ''] = match;
  if (!/^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/i.test(bucket)) {
    throw new StoreError('bad-url', url, `no bucket can be called ${JSON.stringify(bucket)} (${url}): 3 to 63 letters, digits, dots and hyphens`);
  }
  return { bucket, key };
}

/** The place of an object. @throws StoreError `bad-url` */
export function s3Object(url: string): S3Place {
  const place = s3Place(url);
  if (place.key === '' || place.key.endsWith('/')) throw new StoreError('bad-url', url, `${url} names a folder; add a name`);
  if (Buffer.byteLength(place.key) > 1024) throw new StoreError('bad-url', url, `the key of ${url.slice(0, 100)}... has more than 1024 bytes`);
  return place;
}

/** A key as it stands in the path of a request: everything encoded but what RFC 3986 leaves alone, and slashes. */
export function encodeKey(key: string): string {
  return encodeURIComponent(key).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`).replaceAll('%2F', '/');
}

/** An etag without quotes and the mark of weakness: servers differ in them, also from one call to the next. */
export function bareEtag(etag: string | undefined): string {
  return (etag ?? '').replace(/^W\//, '').replaceAll('"', '');
}
