import { PassingFault } from '../../storage/remote/passingFault.js';
import { remoteSettings, type RemoteOptions } from '../../storage/remote/remoteOptions.js';
import { Requests } from '../../storage/remote/requests.js';
import { StoreMeter } from '../../storage/remote/storeMeter.js';
import { Transport, type HttpReply } from '../../storage/remote/transport.js';
import { httpFault } from '../../storage/http/httpFault.js';
import type { StoreError } from '../../storage/objectStore.js';
import { ModelError } from '../modelError.js';

/** What the hub says of a file before it is read. */
export interface HubFile {
  /** The commit that the revision means, 40 hex digits. */
  readonly commit: string;
  readonly bytes: number;
  /** sha256 of the content for a large file, for a small one git's own (sha1 of `blob SIZE\0` and the content); in hex. */
  readonly digest: string;
}

export interface HubOptions extends RemoteOptions {
  /** @default HF_ENDPOINT, else https://huggingface.co */
  readonly endpoint?: string;
  /** For gated and private models. @default HF_TOKEN */
  readonly token?: string;
}

const MAX_REDIRECTS = 5;

/** Files of a model hub, by its `resolve` URLs (huggingface.co/docs/hub). The token goes to the hub alone, not to where it redirects. */
export class HubClient {
  readonly #endpoint: string;
  readonly #token: string | undefined;
  readonly #transport: Transport;
  readonly #requests: Requests;

  constructor({ endpoint = process.env.HF_ENDPOINT ?? 'https://huggingface.co', token = process.env.HF_TOKEN, ...remote }: HubOptions = {}) {
    const settings = remoteSettings(remote);
    const meter = new StoreMeter();
    if (!/^https?:\/\//.test(endpoint) || !URL.canParse(endpoint)) throw new ModelError(`the hub must be an http(s) URL, got ${JSON.stringify(endpoint)} (HF_ENDPOINT)`);
    this.#endpoint = endpoint.replace(/\/+$/, '');
    this.#token = token === '' ? undefined : token;
    this.#transport = new Transport(settings, meter);
    this.#requests = new Requests({ settings, meter });
  }

  /** @throws ModelError when there is no such file, or the hub does not say what is needed to hold it against */
  async look(repo: string, revision: string, file: string): Promise<HubFile> {
    const url = this.#urlOf(repo, revision, file);
    return await this.#run(url, async () => {
      // Not followed: what stands in these headers is the hub's own word, not that of where the bytes lie. Only moves within the hub are.
      const reply = await this.#ask('HEAD', url, url.origin);
      reply.discard();
      const { headers } = reply;
      const digest = (headers['x-linked-etag'] ?? headers.etag ?? '').replace(/^W\//, '').replaceAll('"', '');
      const bytes = Number(headers['x-linked-size'] ?? headers['content-length']);
      const commit = headers['x-repo-commit'] ?? '';
      if (!/^[0-9a-f]{40}$/.test(commit) || !/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(digest) || !Number.isSafeInteger(bytes)) {
        throw new ModelError(`${url.href} is not told with commit, size and digest (X-Repo-Commit, X-Linked-Etag or ETag): what came could not be held against anything`);
      }
      return { commit, bytes, digest };
    });
  }

  /** The bytes of a file. A fault ends the reading: begin again. */
  async *read(repo: string, commit: string, file: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    const url = this.#urlOf(repo, commit, file);
    const reply = await this.#run(url, () => this.#ask('GET', url, undefined, signal), signal);
    yield* this.#transport.read(reply.body, url.href);
  }

  /** `work` again after faults that may pass. */
  async #run<T>(url: URL, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return await this.#requests.run({ action: 'pull', url: url.href, bucket: url.origin, signal }, work);
  }

  /** The answer; redirects are followed, with `within` only those to this origin. */
  async #ask(method: 'GET' | 'HEAD', url: URL, within?: string, signal?: AbortSignal): Promise<HttpReply> {
    let at = url;
    for (let redirects = 0; ; redirects += 1) {
      const isHub = at.origin === new URL(this.#endpoint).origin;
      const reply = await this.#transport.send({
        method, origin: at.origin, path: at.pathname + at.search, url: url.href, signal,
        headers: { 'accept-encoding': 'identity', 'user-agent': 'millrace', ...(this.#token !== undefined && isHub ? { authorization: `Bearer ${this.#token}` } : {}) },
      });
      if (reply.status === 200) return reply;
      const { location } = reply.headers;
      if (reply.status >= 300 && reply.status < 400 && location !== undefined && URL.canParse(location, at.href)) {
        const to = new URL(location, at);
        if (within !== undefined && to.origin !== within) return reply;
        reply.discard();
        if (redirects >= MAX_REDIRECTS || !/^https?:$/.test(to.protocol) || (at.protocol === 'https:' && to.protocol === 'http:')) throw new ModelError(`cannot pull ${url.href}: it redirects too often, or to another kind of server`);
        at = to;
        continue;
      }
      reply.discard();
      const fault = httpFault(reply, url.href, 'pull');
      if (fault instanceof PassingFault) throw fault;
      throw new ModelError(explained(fault, url, this.#token !== undefined), { cause: fault });
    }
  }

  #urlOf(repo: string, revision: string, file: string): URL {
    return new URL(`${this.#endpoint}/${repo}/resolve/${encodeURIComponent(revision)}/${file.split('/').map(encodeURIComponent).join('/')}`);
  }

  async close(): Promise<void> {
    await this.#transport.close();
  }
}

function explained(fault: StoreError, url: URL, hasToken: boolean): string {
  if (fault.code === 'not-found') return `there is no ${url.href} at the hub; check the name and the revision`;
  if (fault.code === 'denied') return `the hub does not give ${url.href}; a gated model wants its terms accepted there, ${hasToken ? 'and a token that is valid' : 'and a token in HF_TOKEN'}`;
  return fault.message;
}
