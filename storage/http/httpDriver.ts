import { StoreError } from '../objectStore.js';
import { PassingFault } from '../remote/passingFault.js';
import type { RemoteBody, RemoteDriver } from '../remote/remoteDriver.js';
import type { RemoteSettings } from '../remote/remoteOptions.js';
import type { StoreMeter } from '../remote/storeMeter.js';
import { Transport, type HttpReply } from '../remote/transport.js';
import { bareEtag } from '../s3/s3Url.js';
import { httpFault } from './httpFault.js';

/** Names in the query of a URL whose values let whoever has them in. */
const SECRET = /^(x-amz-(signature|credential|security-token)|x-goog-(signature|credential)|signature|sig|token|access_token|api_?key|password)$/i;

/** GET and HEAD of RFC 9110, ranges included. */
export function httpDriver({ maxRedirects }: { readonly maxRedirects: number }, settings: RemoteSettings, meter: StoreMeter): RemoteDriver {
  const transport = new Transport(settings, meter);

  /** The answer at the end of the redirects. */
  async function ask(method: 'GET' | 'HEAD', url: string, headers: Readonly<Record<string, string>>, signal: AbortSignal | undefined): Promise<HttpReply> {
    let at = parse(url);
    for (let redirects = 0; ; redirects += 1) {
      const reply = await transport.send({ method, origin: at.origin, path: at.pathname + at.search, headers: { 'accept-encoding': 'identity', ...headers }, signal, url });
      if (![301, 302, 303, 307, 308].includes(reply.status)) return reply;
      reply.discard();
      const to = reply.headers.location !== undefined && URL.canParse(reply.headers.location, at.href) ? new URL(reply.headers.location, at) : undefined;
      const refused = (why: string): StoreError => new StoreError('other', url, `cannot read ${url}: ${why}`);
      if (to === undefined) throw refused('the server redirects, and does not say whereto');
      if (redirects >= maxRedirects) throw refused(`more than ${maxRedirects} redirects (maxRedirects)`);
      if (!/^https?:$/.test(to.protocol) || (at.protocol === 'https:' && to.protocol === 'http:')) throw refused(`it redirects from ${at.protocol} to ${to.protocol}`);
      at = to;
    }
  }

  const headOf = ({ headers }: HttpReply, bytes: number | undefined): { etag: string; bytes: number | undefined } => ({
    bytes,
    etag: bareEtag(headers.etag) || (headers['last-modified'] === undefined ? `bytes-${bytes ?? 'unknown'}` : `${headers['last-modified']}, ${bytes ?? 'unknown'} bytes`),
  });
  const numberOf = (text: string | undefined): number | undefined => (text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined);

  async function get(url: string, start: number, end: number | undefined, signal?: AbortSignal): Promise<RemoteBody | 'beyond'> {
    const range: Record<string, string> = start === 0 && end === undefined ? {} : { range: `bytes=${start}-${end === undefined ? '' : end - 1}` };
    const reply = await ask('GET', url, range, signal);
    if (reply.status === 200 || reply.status === 206) {
      const content = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(reply.headers['content-range'] ?? '');
      if (reply.status === 206 && content === null) throw new PassingFault('wrong range', url, 'a part was asked for, and the answer does not say which it is');
      const isEncoded = (reply.headers['content-encoding'] ?? 'identity') !== 'identity';
      if (isEncoded) throw new StoreError('other', url, `cannot read ${url}: the server compresses it on the way (${reply.headers['content-encoding']}), so that places in it mean nothing`);
      const bytes = numberOf(content === null ? reply.headers['content-length'] : content[2]);
      return { start: content === null ? 0 : Number(content[1]), ...headOf(reply, bytes), body: transport.body(reply, url) };
    }
    reply.discard();
    if (reply.status === 416) return 'beyond';
    throw httpFault(reply, url, 'read');
  }

  return {
    bucketOf: (url) => parse(url).origin,
    check: (url) => void parse(url),
    get,
    async head(url, signal) {
      const reply = await ask('HEAD', url, {}, signal);
      reply.discard();
      if (reply.status === 200) return headOf(reply, numberOf(reply.headers['content-length']));
      // Some servers know no HEAD, and some refuse it to strangers.
      if (![400, 403, 405, 501].includes(reply.status)) throw httpFault(reply, url, 'open');
      const got = await get(url, 0, 1, signal);
      if (got === 'beyond') return headOf(reply, 0);
      got.body.destroy();
      return { bytes: got.bytes, etag: got.etag };
    },
    async list(prefix) {
      throw new StoreError('bad-url', prefix, `cannot list ${prefix}: web servers have no list of objects; name them one by one, with braces or ::`);
    },
    close: () => transport.close(),
  };
}

function parse(url: string): URL {
  const bad = (why: string): StoreError => new StoreError('bad-url', url.replace(/\/\/[^/@]*@/, '//').replace(/\?.*/s, '?...'), why);
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) throw bad(`not the URL of an object: ${JSON.stringify(url.replace(/\/\/[^/@]*@/, '//'))}; write https://host/path`);
  const parsed = new URL(url);
  if (parsed.username !== '' || parsed.password !== '') throw bad(`the URL of ${parsed.host} has a password in it, and URLs are written to manifests; use a store with credentials of its own`);
  const secret = [...parsed.searchParams.keys()].find((name) => SECRET.test(name));
  if (secret !== undefined) throw bad(`the URL of ${parsed.host} has a credential in it (${secret}), and URLs are written to manifests; use s3:// or gs:// with credentials of their own`);
  return parsed;
}
