import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand, CompleteMultipartUploadCommand, CopyObjectCommand, CreateMultipartUploadCommand, DeleteObjectCommand, HeadObjectCommand,
  ListMultipartUploadsCommand, ListObjectsV2Command, PutObjectCommand, UploadPartCommand, UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { StoreError } from '../objectStore.js';
import { PassingFault } from '../remote/passingFault.js';
import type { OnceOutcome, RemoteBody, RemoteDriver, RemoteUpload } from '../remote/remoteDriver.js';
import type { RemoteSettings } from '../remote/remoteOptions.js';
import type { StoreMeter } from '../remote/storeMeter.js';
import { Transport } from '../remote/transport.js';
import { codeOf, DirectReads, s3Client, type S3ClientOptions } from './s3Client.js';
import { s3Error, s3Fault } from './s3Error.js';
import { bareEtag, encodeKey, s3Object, s3Place } from './s3Url.js';

/** One request of CopyObject, and one of PutObject. */
const MAX_REQUEST_BYTES = 5 * 2 ** 30;
/** A part of a copy in parts. */
const COPY_PART_BYTES = 2 ** 30;
/** The metadata that tells whose a created object is. */
const TOKEN = 'millrace-writer';

/** Requests of the S3 protocol (Amazon S3 API Reference, 2006-03-01). */
export function s3Driver(options: S3ClientOptions, settings: RemoteSettings, meter: StoreMeter): RemoteDriver {
  const transport = new Transport(settings, meter);
  const client = s3Client(options, transport);
  const direct = new DirectReads(client, options);
  const payer = options.requesterPays ? { RequestPayer: 'requester' as const } : {};

  const asked = async <T>(url: string, action: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw s3Error(error, url, action);
    }
  };
  /** Of a conditional request: 412 is an answer, 501 says that there are no conditions here. */
  const once = async (url: string, action: string, work: () => Promise<unknown>): Promise<OnceOutcome> => {
    try {
      await work();
      return 'created';
    } catch (error) {
      const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
      if (status === 412) return 'exists';
      if (status === 501) return 'unsupported';
      throw s3Error(error, url, action);
    }
  };
  const place = (url: string): { Bucket: string; Key: string } => {
    const { bucket, key } = s3Object(url);
    return { Bucket: bucket, Key: key };
  };
  const completed = (url: string, upload: string, etags: readonly string[], condition: { IfNoneMatch?: string } = {}) =>
    client.send(new CompleteMultipartUploadCommand({
      ...place(url), UploadId: upload, MultipartUpload: { Parts: etags.map((ETag, index) => ({ ETag, PartNumber: index + 1 })) }, ...payer, ...condition,
    }));

  return {
    bucketOf: (url) => `s3://${s3Place(url).bucket}`,
    check: (url) => void s3Object(url),

    async head(url, signal) {
      const { bucket, key } = s3Object(url);
      const request = await asked(url, 'open', () => direct.signed('HEAD', bucket, encodeKey(key), undefined));
      const reply = await transport.send({ method: 'HEAD', ...request, signal, url });
      reply.discard();
      if (reply.status === 200) return { bytes: Number(reply.headers['content-length']), etag: bareEtag(reply.headers.etag) };
      if (direct.learnt(bucket, reply)) throw new PassingFault('other region', url, `the bucket is in ${reply.headers['x-amz-bucket-region']}`);
      if (![400, 403, 404].includes(reply.status)) throw s3Fault({ status: reply.status, code: undefined, retryAfter: reply.headers['retry-after'] }, url, 'open');
      // The answer to a HEAD has no body, so not the reason: no bucket, no such key, an expired token. A GET says which.
      const got = await get(url, 0, 1, signal, 'open');
      if (got === 'beyond') return { bytes: 0, etag: '' };
      got.body.destroy();
      return { bytes: got.bytes, etag: got.etag };
    },

    get: (url, start, end, signal) => get(url, start, end, signal, 'read'),

    async list(prefix, flat, from) {
      const { bucket, key } = s3Place(prefix);
      const page = await asked(prefix, 'list', () => client.send(new ListObjectsV2Command({
        Bucket: bucket, Prefix: key, EncodingType: 'url', ...(flat ? { Delimiter: '/' } : {}), ...(from === undefined ? {} : { ContinuationToken: from }), ...payer,
      })));
      const name = page.EncodingType === 'url' ? (text: string) => decodeURIComponent(text.replaceAll('+', ' ')) : (text: string) => text;
      if (page.IsTruncated === true && page.NextContinuationToken === undefined) throw new PassingFault('unreadable answer', prefix, 'the list goes on, and the answer does not say where');
      return {
        objects: (page.Contents ?? []).map(({ Key, Size, ETag }) => ({ url: `s3://${bucket}/${name(Key ?? '')}`, bytes: Size ?? 0, etag: bareEtag(ETag) })),
        next: page.IsTruncated === true ? page.NextContinuationToken : undefined,
      };
    },

    writing: {
      copies: ['copy', 'parts'],
      maxPutBytes: MAX_REQUEST_BYTES,

      async put(url, bytes) {
        const { ETag } = await asked(url, 'write', () => client.send(new PutObjectCommand({ ...place(url), Body: bytes, ContentLength: bytes.byteLength, ...payer })));
        return ETag === undefined || ETag === '' ? undefined : bareEtag(ETag);
      },

      putOnce: (url, body, bytes, token) =>
        once(url, 'create', () => client.send(new PutObjectCommand({
          ...place(url), Body: typeof body === 'function' ? Readable.from(body(), { objectMode: false }) : body, ContentLength: bytes, IfNoneMatch: '*', Metadata: { [TOKEN]: token }, ...payer,
        }))),

      async tokenOf(url) {
        return (await asked(url, 'create', () => client.send(new HeadObjectCommand({ ...place(url), ...payer })))).Metadata?.[TOKEN];
      },

      async startUpload(url): Promise<RemoteUpload> {
        const { UploadId } = await asked(url, 'write', () => client.send(new CreateMultipartUploadCommand({ ...place(url), ...payer })));
        const etags: string[] = [];
        return {
          async part(number, bytes) {
            const { ETag } = await asked(url, 'write', () => client.send(new UploadPartCommand({ ...place(url), UploadId, PartNumber: number, Body: bytes, ContentLength: bytes.byteLength, ...payer })));
            etags[number - 1] = ETag ?? '';
          },
          async complete() {
            try {
              const { ETag } = await completed(url, UploadId as string, etags);
              return ETag === undefined || ETag === '' ? undefined : bareEtag(ETag);
            } catch (error) {
              // Of a lost answer, the next try hears that there is no such upload: it is done. Whether the object is there, its `head` tells.
              if ((error as Error).name === 'NoSuchUpload') return undefined;
              throw s3Error(error, url, 'write');
            }
          },
          abort: async () => void (await asked(url, 'abort', () => client.send(new AbortMultipartUploadCommand({ ...place(url), UploadId, ...payer })))),
        };
      },

      async copyOnce(from, to, bytes, token, how) {
        const source = s3Object(from);
        const CopySource = `${source.bucket}/${encodeKey(source.key)}`;
        if (how === 'copy' && bytes <= MAX_REQUEST_BYTES) {
          return await once(to, 'link', () => client.send(new CopyObjectCommand({ ...place(to), CopySource, IfNoneMatch: '*', MetadataDirective: 'REPLACE', Metadata: { [TOKEN]: token }, ...payer })));
        }
        const { UploadId } = await asked(to, 'link', () => client.send(new CreateMultipartUploadCommand({ ...place(to), Metadata: { [TOKEN]: token }, ...payer })));
        try {
          const etags: string[] = [];
          for (let at = 0; at < bytes; at += COPY_PART_BYTES) {
            const CopySourceRange = `bytes=${at}-${Math.min(bytes, at + COPY_PART_BYTES) - 1}`;
            const copied = await asked(to, 'link', () => client.send(new UploadPartCopyCommand({ ...place(to), UploadId, PartNumber: etags.length + 1, CopySource, CopySourceRange, ...payer })));
            etags.push(copied.CopyPartResult?.ETag ?? '');
          }
          const outcome = await once(to, 'link', () => completed(to, UploadId as string, etags, { IfNoneMatch: '*' }));
          if (outcome !== 'created') await client.send(new AbortMultipartUploadCommand({ ...place(to), UploadId, ...payer })).catch(() => undefined);
          return outcome;
        } catch (error) {
          await client.send(new AbortMultipartUploadCommand({ ...place(to), UploadId, ...payer })).catch(() => undefined);
          throw error;
        }
      },

      async remove(url) {
        await asked(url, 'remove', () => client.send(new DeleteObjectCommand({ ...place(url), ...payer }))).catch((error: unknown) => {
          if (!(error instanceof StoreError && error.code === 'not-found' && !error.message.includes('no bucket'))) throw error;
        });
      },

      async removeUnfinished(prefix) {
        const { bucket: Bucket, key: Prefix } = s3Place(prefix);
        let next: { KeyMarker?: string; UploadIdMarker?: string } | undefined = {};
        while (next !== undefined) {
          const at: { KeyMarker?: string; UploadIdMarker?: string } = next;
          const page = await asked(prefix, 'tidy', () => client.send(new ListMultipartUploadsCommand({ Bucket, Prefix, ...at, ...payer })));
          for (const { Key, UploadId } of page.Uploads ?? []) {
            if (Key?.startsWith(Prefix) === true) await asked(prefix, 'tidy', () => client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId, ...payer })));
          }
          next = page.IsTruncated === true && page.NextKeyMarker !== undefined ? { KeyMarker: page.NextKeyMarker, ...(page.NextUploadIdMarker === undefined ? {} : { UploadIdMarker: page.NextUploadIdMarker }) } : undefined;
        }
      },
    },

    async close() {
      client.destroy();
      await transport.close();
    },
  };

  async function get(url: string, start: number, end: number | undefined, signal: AbortSignal | undefined, action: string): Promise<RemoteBody | 'beyond'> {
    const { bucket, key } = s3Object(url);
    const range = end === undefined && start === 0 ? undefined : `bytes=${start}-${end === undefined ? '' : end - 1}`;
    const request = await asked(url, action, () => direct.signed('GET', bucket, encodeKey(key), range));
    const reply = await transport.send({ method: 'GET', ...request, signal, url });
    if (reply.status === 206 || reply.status === 200) {
      const content = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(reply.headers['content-range'] ?? '');
      if (reply.status === 206 && content === null) throw new PassingFault('wrong range', url, 'a part was asked for, and the answer does not say which it is');
      const length = content === null ? reply.headers['content-length'] : content[2];
      return {
        start: content === null ? 0 : Number(content[1]),
        bytes: length === undefined || length === '*' ? undefined : Number(length),
        etag: bareEtag(reply.headers.etag),
        body: transport.body(reply, url),
      };
    }
    const code = await codeOf(transport.read(reply.body, url));
    if (reply.status === 416) return 'beyond';
    if (direct.learnt(bucket, reply)) throw new PassingFault('other region', url, `the bucket is in ${reply.headers['x-amz-bucket-region']}`);
    throw s3Fault({ status: reply.status, code, retryAfter: reply.headers['retry-after'] }, url, action);
  }
}
