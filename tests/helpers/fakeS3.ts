import { createHash, randomBytes } from 'node:crypto';
import { fakeServer, ranged, type FakeServer } from './fakeServer.js';

export interface FakeS3Options {
  /** Which conditions it heeds. @default all */
  readonly heeds?: readonly ('put' | 'copy' | 'complete')[];
  /** Objects a page of a list. @default 1000 */
  readonly pageSize?: number;
}

interface Stored {
  readonly body: Buffer;
  readonly etag: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface SeenRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export interface FakeS3 extends FakeServer {
  /** All requests so far. */
  readonly seen: SeenRequest[];
  readonly objects: Map<string, Stored>;
  readonly uploads: Map<string, { readonly key: string; readonly metadata: Readonly<Record<string, string>>; readonly parts: Map<number, Buffer> }>;
}

/** So much of S3 as the driver uses, in memory, for tests that need no real server. It checks no signature and has one bucket of any name. */
export async function fakeS3({ heeds = ['put', 'copy', 'complete'], pageSize = 1000 }: FakeS3Options = {}): Promise<FakeS3> {
  const objects: FakeS3['objects'] = new Map();
  const uploads: FakeS3['uploads'] = new Map();
  const seen: SeenRequest[] = [];
  const put = (key: string, body: Buffer, metadata: Readonly<Record<string, string>>, parts = 0): Stored => {
    const stored = { body, etag: createHash('md5').update(body).digest('hex') + (parts === 0 ? '' : `-${parts}`), metadata };
    objects.set(key, stored);
    return stored;
  };
  const server = await fakeServer((request, response, body) => {
    const url = new URL(request.url as string, 'http://fake');
    const query = url.searchParams;
    const [, , ...rest] = (request.url as string).split('?')[0]!.split('/');
    const key = decodeURIComponent(rest.join('/'));
    const { headers } = request;
    seen.push({ method: request.method as string, path: request.url as string, headers });
    const metadata = Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-')).map(([name, value]) => [name, String(value)]));
    const answer = (status: number, content: string | Buffer = '', more: Record<string, string> = {}): void => {
      response.writeHead(status, { 'content-length': String(Buffer.byteLength(content)), ...more });
      response.end(request.method === 'HEAD' ? undefined : content);
    };
    const refuse = (status: number, code: string): void => answer(status, `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`);
    const blocked = (what: 'put' | 'copy' | 'complete'): boolean => headers['if-none-match'] === '*' && heeds.includes(what) && objects.has(key);

    if (request.method === 'GET' && query.get('list-type') === '2') {
      const prefix = query.get('prefix') ?? '';
      const from = query.get('continuation-token') ?? '';
      const found = [...objects.keys()].filter((name) => name.startsWith(prefix) && !(query.get('delimiter') === '/' && name.slice(prefix.length).includes('/'))).toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      const left = found.filter((name) => from === '' || Buffer.compare(Buffer.from(name), Buffer.from(from)) > 0);
      const page = left.slice(0, pageSize);
      const next = left.length > page.length ? `<NextContinuationToken>${encodeURIComponent(page.at(-1) as string)}</NextContinuationToken>` : '';
      const items = page.map((name) => `<Contents><Key>${encodeURIComponent(name)}</Key><Size>${objects.get(name)!.body.length}</Size><ETag>&quot;${objects.get(name)!.etag}&quot;</ETag></Contents>`);
      const token = next === '' ? '' : `<NextContinuationToken>${page.at(-1)!.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</NextContinuationToken>`;
      return answer(200, `<?xml version="1.0"?><ListBucketResult><EncodingType>url</EncodingType><IsTruncated>${next !== ''}</IsTruncated>${token}${items.join('')}</ListBucketResult>`);
    }
    if (request.method === 'GET' && query.has('uploads')) {
      const found = [...uploads].filter(([, upload]) => upload.key.startsWith(query.get('prefix') ?? ''));
      return answer(200, `<?xml version="1.0"?><ListMultipartUploadsResult><IsTruncated>false</IsTruncated>${found.map(([id, upload]) => `<Upload><Key>${upload.key}</Key><UploadId>${id}</UploadId></Upload>`).join('')}</ListMultipartUploadsResult>`);
    }
    if (request.method === 'GET' || request.method === 'HEAD') {
      const stored = objects.get(key);
      if (stored === undefined) return refuse(404, 'NoSuchKey');
      const { status, headers: part, body: content } = ranged(headers.range, stored.body);
      if (status === 416) return refuse(416, 'InvalidRange');
      response.writeHead(status, { ...part, etag: `"${stored.etag}"`, 'content-length': String(content.length), ...stored.metadata });
      return void response.end(request.method === 'HEAD' ? undefined : content);
    }
    if (request.method === 'DELETE') {
      if (query.has('uploadId')) uploads.delete(query.get('uploadId') as string);
      else objects.delete(key);
      return answer(204);
    }
    if (request.method === 'POST' && query.has('uploads')) {
      const id = randomBytes(8).toString('hex');
      uploads.set(id, { key, metadata, parts: new Map() });
      return answer(200, `<?xml version="1.0"?><InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`);
    }
    if (request.method === 'POST' && query.has('uploadId')) {
      const upload = uploads.get(query.get('uploadId') as string);
      if (upload === undefined) return refuse(404, 'NoSuchUpload');
      if (blocked('complete')) return refuse(412, 'PreconditionFailed');
      const parts = [...upload.parts].toSorted(([a], [b]) => a - b).map(([, part]) => part);
      uploads.delete(query.get('uploadId') as string);
      return answer(200, `<?xml version="1.0"?><CompleteMultipartUploadResult><ETag>&quot;${put(key, Buffer.concat(parts), upload.metadata, parts.length).etag}&quot;</ETag></CompleteMultipartUploadResult>`);
    }
    const source = headers['x-amz-copy-source'];
    let content = body;
    if (source !== undefined) {
      const from = objects.get(decodeURIComponent(String(source)).split('/').slice(1).join('/'));
      if (from === undefined) return refuse(404, 'NoSuchKey');
      const range = headers['x-amz-copy-source-range'];
      content = range === undefined ? from.body : ranged(String(range), from.body).body;
    }
    if (query.has('partNumber')) {
      const upload = uploads.get(query.get('uploadId') as string);
      if (upload === undefined) return refuse(404, 'NoSuchUpload');
      upload.parts.set(Number(query.get('partNumber')), content);
      const etag = createHash('md5').update(content).digest('hex');
      return answer(200, source === undefined ? '' : `<?xml version="1.0"?><CopyPartResult><ETag>&quot;${etag}&quot;</ETag></CopyPartResult>`, { etag: `"${etag}"` });
    }
    if (blocked(source === undefined ? 'put' : 'copy')) return refuse(412, 'PreconditionFailed');
    const { etag } = put(key, content, metadata);
    return answer(200, source === undefined ? '' : `<?xml version="1.0"?><CopyObjectResult><ETag>&quot;${etag}&quot;</ETag></CopyObjectResult>`, { etag: `"${etag}"` });
  });
  return { ...server, objects, uploads, seen };
}
