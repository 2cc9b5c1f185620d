import { randomBytes } from 'node:crypto';
import { fakeServer, ranged, type FakeServer } from './fakeServer.js';

interface Stored {
  readonly body: Buffer;
  readonly generation: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface FakeGcsOptions {
  /** Requests must bring this token. @default none is asked for */
  readonly token?: string;
  /** Objects a page of a list. @default 1000 */
  readonly pageSize?: number;
}

/** So much of Google's JSON API as the driver uses, in memory. */
export async function fakeGcs({ token, pageSize = 1000 }: FakeGcsOptions = {}): Promise<FakeServer & { readonly objects: Map<string, Stored> }> {
  const objects = new Map<string, Stored>();
  const sessions = new Map<string, { readonly name: string; body: Buffer; done?: Stored }>();
  let generations = 1_700_000_000_000_000;
  const put = (name: string, body: Buffer, metadata: Readonly<Record<string, string>> = {}): Stored => {
    const stored = { body, generation: String((generations += 1)), metadata };
    objects.set(name, stored);
    return stored;
  };
  const server = await fakeServer((request, response, body) => {
    const url = new URL(request.url as string, 'http://fake');
    const query = url.searchParams;
    const parts = url.pathname.split('/').map(decodeURIComponent);
    const answer = (status: number, content: object | Buffer = {}, more: Record<string, string> = {}): void => {
      const bytes = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
      response.writeHead(status, { 'content-length': String(bytes.length), ...more });
      response.end(bytes);
    };
    const refuse = (status: number, reason: string): void => answer(status, { error: { code: status, errors: [{ reason }] } });
    const resource = (name: string, { body: content, generation, metadata }: Stored): object => ({ name, size: String(content.length), generation, metadata });
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) return refuse(401, 'authError');
    if (parts[1] === 'upload' && request.method === 'POST') {
      const name = query.get('name') as string;
      if (query.get('ifGenerationMatch') === '0' && objects.has(name)) return refuse(412, 'conditionNotMet');
      if (query.get('uploadType') === 'media') return answer(200, resource(name, put(name, body)));
      if (query.get('uploadType') === 'resumable') {
        const id = randomBytes(8).toString('hex');
        sessions.set(id, { name, body: Buffer.alloc(0) });
        return answer(200, {}, { location: `${server.origin}/session?id=${id}` });
      }
      const mark = /boundary=(\S+)/.exec(request.headers['content-type'] as string)?.[1] as string;
      const text = body.toString('latin1');
      const [, first = '', second = ''] = text.split(`--${mark}`);
      const contentOf = (part: string): Buffer => Buffer.from(part.slice(part.indexOf('\r\n\r\n') + 4, -2), 'latin1');
      const { metadata } = JSON.parse(contentOf(first).toString()) as { metadata: Record<string, string> };
      return answer(200, resource(name, put(name, contentOf(second), metadata)));
    }
    if (parts[1] === 'session') {
      const session = sessions.get(query.get('id') as string);
      if (session === undefined) return refuse(404, 'notFound');
      if (request.method === 'DELETE') {
        sessions.delete(query.get('id') as string);
        return answer(499);
      }
      if (session.done !== undefined) return answer(200, resource(session.name, session.done));
      const range = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(request.headers['content-range'] as string) as RegExpExecArray;
      // As the real one: it may take less than was sent, in steps of 256 KiB, when more is to come.
      if (range[1] !== undefined) session.body = Buffer.concat([session.body.subarray(0, Number(range[1])), range[3] === '*' && body.length > 512 * 1024 ? body.subarray(0, 512 * 1024) : body]);
      if (range[3] === '*') return answer(308, {}, session.body.length === 0 ? {} : { range: `bytes=0-${session.body.length - 1}` });
      session.done = put(session.name, session.body);
      return answer(200, resource(session.name, session.done));
    }
    const name = parts[6] ?? '';
    if (parts.length === 6) {
      const prefix = query.get('prefix') ?? '';
      const from = query.get('pageToken') ?? '';
      const found = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > from && !(query.get('delimiter') === '/' && key.slice(prefix.length).includes('/')));
      const sorted = found.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      const page = sorted.slice(0, pageSize);
      return answer(200, { items: page.map((key) => resource(key, objects.get(key) as Stored)), ...(sorted.length > page.length ? { nextPageToken: page.at(-1) } : {}) });
    }
    const stored = objects.get(name);
    if (request.method === 'DELETE') return objects.delete(name) ? answer(204) : refuse(404, 'notFound');
    if (stored === undefined) return refuse(404, 'notFound');
    if (parts[7] === 'rewriteTo') {
      const to = parts[11] as string;
      if (query.get('ifGenerationMatch') === '0' && objects.has(to)) return refuse(412, 'conditionNotMet');
      if (query.get('rewriteToken') === null && stored.body.length > 1000) return answer(200, { done: false, rewriteToken: 'on' });
      const { metadata } = JSON.parse(body.toString()) as { metadata: Record<string, string> };
      return answer(200, { done: true, resource: resource(to, put(to, stored.body, metadata)) });
    }
    if (query.get('alt') !== 'media') return answer(200, resource(name, stored));
    const { status, headers, body: content } = ranged(request.headers.range, stored.body);
    if (status === 416) return refuse(416, 'requestedRangeNotSatisfiable');
    return answer(status, content, { ...headers, 'x-goog-generation': stored.generation });
  });
  return { ...server, objects };
}
