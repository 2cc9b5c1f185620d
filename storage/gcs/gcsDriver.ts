import { StoreError, type ObjectInfo } from '../objectStore.js';
import { PassingFault } from '../remote/passingFault.js';
import type { OnceOutcome, RemoteBody, RemoteDriver } from '../remote/remoteDriver.js';
import { textOf, type HttpReply, type HttpRequest, type Transport } from '../remote/transport.js';
import { httpFault } from '../http/httpFault.js';

export interface GcsDriverOptions {
  readonly endpoint: string;
  readonly userProject: string | undefined;
  readonly token: (url: string) => Promise<string | undefined>;
}

/** What we read of an object's resource. */
interface Resource {
  readonly name: string;
  readonly size: string;
  readonly generation: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

const TOKEN = 'millrace-writer';
/** Parts of a resumable upload are multiples of this, all but the last. */
const UPLOAD_STEP = 256 * 1024;

/** Requests of the JSON API of Google Cloud Storage, version 1 (cloud.google.com/storage/docs/json_api). */
export function gcsDriver({ endpoint, userProject, token }: GcsDriverOptions, transport: Transport): RemoteDriver {
  const query = (values: Readonly<Record<string, string | undefined>>): string => {
    const given = Object.entries({ ...values, userProject }).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`]));
    return given.length === 0 ? '' : `?${given.join('&')}`;
  };
  const object = (url: string): string => {
    const { bucket, name } = gcsObject(url);
    return `/storage/v1/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(name)}`;
  };
  const send = async (url: string, method: HttpRequest['method'], path: string, { body, headers = {}, signal, origin = endpoint }: { body?: HttpRequest['body']; headers?: Record<string, string>; signal?: AbortSignal | undefined; origin?: string } = {}): Promise<HttpReply> => {
    const bearer = await token(url);
    return await transport.send({ method, origin, path, body, signal, url, headers: { ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }), ...headers } });
  };
  const failed = async (reply: HttpReply, url: string, action: string): Promise<StoreError> => {
    const text = await textOf(transport.read(reply.body, url));
    return httpFault(reply, url, action, /"reason": *"(\w+)"/.exec(text)?.[1]);
  };
  const resource = async (reply: HttpReply, url: string, action: string): Promise<Resource> => {
    if (reply.status !== 200) throw await failed(reply, url, action);
    return await json<Resource>(transport, reply, url);
  };
  const startOf = async (url: string, parameters: Readonly<Record<string, string | undefined>>): Promise<URL> => {
    const { bucket, name } = gcsObject(url);
    const reply = await send(url, 'POST', `/upload/storage/v1/b/${encodeURIComponent(bucket)}/o${query({ uploadType: 'resumable', name, ...parameters })}`, { body: Buffer.from('{}'), headers: { 'content-type': 'application/json' } });
    if (reply.status !== 200 || reply.headers.location === undefined) throw await failed(reply, url, 'write');
    reply.discard();
    return new URL(reply.headers.location);
  };

  return {
    bucketOf: (url) => `gs://${gcsPlace(url).bucket}`,
    check: (url) => void gcsObject(url),

    async head(url, signal) {
      const found = await resource(await send(url, 'GET', object(url) + query({ fields: 'name,size,generation' }), { signal }), url, 'open');
      return { bytes: Number(found.size), etag: found.generation };
    },

    async get(url, start, end, signal): Promise<RemoteBody | 'beyond'> {
      const headers = { 'accept-encoding': 'gzip', ...(start === 0 && end === undefined ? {} : { range: `bytes=${start}-${end === undefined ? '' : end - 1}` }) };
      const reply = await send(url, 'GET', object(url) + query({ alt: 'media' }), { headers, signal });
      if (reply.status === 200 || reply.status === 206) {
        const content = /^bytes (\d+)-\d+\/(\d+)$/.exec(reply.headers['content-range'] ?? '');
        if (reply.status === 206 && content === null) throw new PassingFault('wrong range', url, 'a part was asked for, and the answer does not say which it is');
        const length = content === null ? reply.headers['content-length'] : content[2];
        return {
          start: content === null ? 0 : Number(content[1]),
          bytes: length === undefined ? undefined : Number(length),
          etag: reply.headers['x-goog-generation'] ?? '',
          body: transport.body(reply, url),
        };
      }
      if (reply.status === 416) {
        reply.discard();
        return 'beyond';
      }
      throw await failed(reply, url, 'read');
    },

    async list(prefix, flat, from) {
      const { bucket, name } = gcsPlace(prefix);
      const reply = await send(prefix, 'GET', `/storage/v1/b/${encodeURIComponent(bucket)}/o${query({ prefix: name, delimiter: flat ? '/' : undefined, pageToken: from, fields: 'items(name,size,generation),nextPageToken' })}`);
      if (reply.status !== 200) throw await failed(reply, prefix, 'list');
      const page = await json<{ items?: readonly Resource[]; nextPageToken?: string }>(transport, reply, prefix);
      return { objects: (page.items ?? []).map((item): ObjectInfo => ({ url: `gs://${bucket}/${item.name}`, bytes: Number(item.size), etag: item.generation })), next: page.nextPageToken };
    },

    writing: {
      copies: ['rewrite'],
      maxPutBytes: 5 * 2 ** 40,

      async put(url, bytes) {
        const { bucket, name } = gcsObject(url);
        const reply = await send(url, 'POST', `/upload/storage/v1/b/${encodeURIComponent(bucket)}/o${query({ uploadType: 'media', name })}`, { body: bytes, headers: { 'content-type': 'application/octet-stream', 'content-length': String(bytes.byteLength) } });
        return (await resource(reply, url, 'write')).generation;
      },

      async putOnce(url, body, bytes, writer): Promise<OnceOutcome> {
        const { bucket, name } = gcsObject(url);
        const mark = `millrace${writer}`;
        const [head, tail] = [
          `--${mark}\r\nContent-Type: application/json\r\n\r\n${JSON.stringify({ metadata: { [TOKEN]: writer } })}\r\n--${mark}\r\nContent-Type: application/octet-stream\r\n\r\n`, `\r\n--${mark}--\r\n`,
        ].map((text) => Buffer.from(text)) as [Buffer, Buffer];
        async function* whole(): AsyncGenerator<Uint8Array> {
          yield head;
          if (typeof body === 'function') yield* body();
          else yield body;
          yield tail;
        }
        const reply = await send(url, 'POST', `/upload/storage/v1/b/${encodeURIComponent(bucket)}/o${query({ uploadType: 'multipart', name, ifGenerationMatch: '0' })}`, {
          body: whole(), headers: { 'content-type': `multipart/related; boundary=${mark}`, 'content-length': String(head.byteLength + bytes + tail.byteLength) },
        });
        if (reply.status === 412) return exists(reply);
        await resource(reply, url, 'create');
        return 'created';
      },

      async tokenOf(url) {
        return (await resource(await send(url, 'GET', object(url) + query({})), url, 'create')).metadata?.[TOKEN];
      },

      async startUpload(url) {
        const session = await startOf(url, {});
        let sent = 0;
        let held = new Uint8Array(0);
        /** The part that was begun: after a fault it comes again, and what the server took of it does not. */
        let begun = 0;
        let generation: string | undefined;
        return {
          async part(number, bytes, isLast) {
            if (number !== begun) held = new Uint8Array(Buffer.concat([held, bytes]));
            begun = number;
            while (isLast ? generation === undefined : held.byteLength >= UPLOAD_STEP) {
              const size = isLast ? held.byteLength : held.byteLength - (held.byteLength % UPLOAD_STEP);
              const range = size === 0 ? `bytes */${sent}` : `bytes ${sent}-${sent + size - 1}/${isLast ? sent + size : '*'}`;
              const reply = await send(url, 'PUT', session.pathname + session.search, { origin: session.origin, body: held.subarray(0, size), headers: { 'content-range': range, 'content-length': String(size) } });
              if (reply.status !== 308) {
                generation = (await resource(reply, url, 'write')).generation;
                return;
              }
              // The server says how far it came; what it does not have goes again.
              const kept = /bytes=0-(\d+)/.exec(reply.headers.range ?? '')?.[1];
              const until = kept === undefined ? 0 : Number(kept) + 1;
              reply.discard();
              if (until <= sent || until > sent + size) throw new PassingFault('unfinished upload', url, `the server has ${until} bytes of ${sent + size}`);
              held = held.slice(until - sent);
              sent = until;
            }
          },
          complete: async () => generation,
          async abort() {
            (await send(url, 'DELETE', session.pathname + session.search, { origin: session.origin })).discard();
          },
        };
      },

      async copyOnce(from, to, _bytes, writer) {
        const target = object(to).slice('/storage/v1'.length);
        let rewriteToken: string | undefined;
        for (;;) {
          const reply = await send(to, 'POST', `${object(from)}/rewriteTo${target}${query({ ifGenerationMatch: '0', rewriteToken })}`, { body: Buffer.from(JSON.stringify({ metadata: { [TOKEN]: writer } })), headers: { 'content-type': 'application/json' } });
          if (reply.status === 412) return exists(reply);
          if (reply.status !== 200) throw await failed(reply, to, 'link');
          const step = await json<{ done: boolean; rewriteToken?: string }>(transport, reply, to);
          if (step.done) return 'created';
          rewriteToken = step.rewriteToken;
        }
      },

      async remove(url) {
        const reply = await send(url, 'DELETE', object(url) + query({}));
        if (reply.status !== 204 && reply.status !== 200 && reply.status !== 404) throw await failed(reply, url, 'remove');
        reply.discard();
      },

      // Sessions end by themselves, cost nothing and cannot be listed.
      removeUnfinished: async () => {},
    },

    close: () => transport.close(),
  };
}

function exists(reply: HttpReply): OnceOutcome {
  reply.discard();
  return 'exists';
}

async function json<T>(transport: Transport, reply: HttpReply, url: string): Promise<T> {
  const text = await textOf(transport.read(reply.body, url), 64 * 2 ** 20);
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new PassingFault('unreadable answer', url, "the server's answer is no JSON", { cause });
  }
}

/** Bucket and name of `gs://bucket/name`; the name may be empty, as in a prefix. @throws StoreError `bad-url` */
function gcsPlace(url: string): { readonly bucket: string; readonly name: string } {
  const match = /^gs:\/\/([a-z0-9][a-z0-9._-]{1,220}[a-z0-9])(?:\/(.*))?$/is.exec(url);
  if (match === null) throw new StoreError('bad-url', url, `not the name of an object in Google Cloud Storage: ${JSON.stringify(url)}; write gs://bucket/name`);
  return { bucket: match[1] as string, name: match[2] ?? '' };
}

function gcsObject(url: string): { readonly bucket: string; readonly name: string } {
  const place = gcsPlace(url);
  if (place.name === '' || place.name.endsWith('/')) throw new StoreError('bad-url', url, `${url} names a folder; add a name`);
  return place;
}
