import type { Readable } from 'node:stream';
import { Agent, type Dispatcher } from 'undici';
import { PassingFault } from './passingFault.js';
import type { RemoteSettings } from './remoteOptions.js';
import type { StoreMeter } from './storeMeter.js';

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE' | 'PATCH';
  /** `https://host:port`. */
  readonly origin: string;
  /** Path and query as they go over the wire: nothing is normalised. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | AsyncIterable<Uint8Array> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The object's URL, for errors. */
  readonly url: string;
}

export interface HttpReply {
  readonly status: number;
  /** Names in lower case; of repeated ones the first. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
  /** Read a short rest and forget it, so that the connection can be used again. */
  discard(): void;
}

/** How much of a body goes out before the stall timer is wound up again. */
const PIECE_BYTES = 64 * 1024;

/** HTTP with the time-outs and connections of the settings. It retries nothing and follows nothing. */
export class Transport {
  readonly #agent: Agent;
  readonly #settings: RemoteSettings;
  readonly #meter: StoreMeter;

  constructor(settings: RemoteSettings, meter: StoreMeter) {
    const { connectTimeoutMs, firstByteTimeoutMs, stallTimeoutMs, connections } = settings;
    this.#settings = settings;
    this.#meter = meter;
    this.#agent = new Agent({ connections, pipelining: 1, connect: { timeout: connectTimeoutMs }, headersTimeout: firstByteTimeoutMs, bodyTimeout: stallTimeoutMs });
  }

  /** The answer, whatever its status; its body goes through `read`, or is destroyed. @throws PassingFault when there is none; the signal's reason */
  async send({ method, origin, path, headers, body, signal, url }: HttpRequest): Promise<HttpReply> {
    signal?.throwIfAborted();
    const isEmpty = body === undefined || (body instanceof Uint8Array && body.byteLength === 0);
    const stalled = isEmpty ? undefined : new AbortController();
    const sent = stalled === undefined ? null : this.#watched(body as NonNullable<typeof body>, stalled, url);
    try {
      const reply = await this.#agent.request({
        reset: false, // undici would close the connection after each HEAD
        method, origin, path, headers: { ...headers }, body: sent as Dispatcher.DispatchOptions['body'],
        signal: stalled === undefined ? signal : signal === undefined ? stalled.signal : AbortSignal.any([signal, stalled.signal]),
      });
      reply.body.on('error', () => {}); // whoever reads it hears of it; whoever has left does not want to
      return {
        status: reply.statusCode,
        headers: plain(reply.headers),
        body: reply.body,
        // To a HEAD there is no body, whatever length it tells; dump would close the connection for a large one.
        discard: () => void (method === 'HEAD' ? reply.body.resume() : reply.body.dump({ limit: 64 * 1024 }).catch(() => undefined)),
      };
    } catch (error) {
      signal?.throwIfAborted();
      throw this.fault(stalled?.signal.aborted === true ? stalled.signal.reason : error, url);
    }
  }

  /** The body of an answer, to be read in one way or the other. */
  body({ body }: HttpReply, url: string): AsyncIterable<Uint8Array> & { destroy(): unknown; chunks(limit: number): Promise<{ readonly chunks: readonly Uint8Array[]; readonly bytes: number }> } {
    return { [Symbol.asyncIterator]: () => this.read(body, url), destroy: () => body.destroy(), chunks: (limit) => this.chunks(body, limit, url) };
  }

  /** The body of an answer, counted, its faults named. */
  async *read(body: Readable, url: string): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of body as AsyncIterable<Uint8Array>) {
        this.#meter.bytesRead += chunk.byteLength;
        yield chunk;
      }
    } catch (error) {
      throw this.fault(error, url);
    } finally {
      body.destroy();
    }
  }

  /**
   * The chunks of the body of an answer, as they came: a copy into one buffer costs as much as the reading. By events, since a loop does too.
   * @returns the chunks and their bytes; when there are more than `limit`, it is left and `bytes` is more
   */
  chunks(body: Readable, limit: number, url: string): Promise<{ readonly chunks: readonly Uint8Array[]; readonly bytes: number }> {
    return new Promise((resolve, reject) => {
      const chunks: Uint8Array[] = [];
      let bytes = 0;
      let isOver = false;
      body.on('data', (chunk: Uint8Array) => {
        bytes += chunk.byteLength;
        this.#meter.bytesRead += chunk.byteLength;
        if (bytes <= limit) return void chunks.push(chunk);
        body.destroy();
        resolve({ chunks, bytes });
      });
      body.on('end', () => {
        isOver = true;
        resolve({ chunks, bytes });
      });
      body.on('error', (error) => reject(this.fault(error, url)));
      body.on('close', () => {
        if (!isOver) reject(this.fault(new Error('closed'), url));
      });
    });
  }

  /** The body in pieces; a server that takes none for too long is a stall. undici watches answers only. */
  async *#watched(body: Uint8Array | AsyncIterable<Uint8Array>, stalled: AbortController, url: string): AsyncGenerator<Uint8Array> {
    const { stallTimeoutMs } = this.#settings;
    const pieces = body instanceof Uint8Array ? piecesOf(body) : body;
    let timer: NodeJS.Timeout | undefined;
    try {
      for await (const piece of pieces) {
        timer = setTimeout(() => stalled.abort(new PassingFault('stall timeout', url, `the server took no byte for ${stallTimeoutMs} ms (stallTimeoutMs)`)), stallTimeoutMs);
        yield piece;
        clearTimeout(timer);
        this.#meter.bytesWritten += piece.byteLength;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** What went wrong on the way, by the name of its option where it was a time-out. */
  fault(error: unknown, url: string): Error {
    if (error instanceof PassingFault) return error;
    const code = (error as { code?: unknown } | undefined)?.code;
    const { connectTimeoutMs, firstByteTimeoutMs, stallTimeoutMs } = this.#settings;
    const made = (kind: string, what: string): PassingFault => new PassingFault(kind, url, what, { cause: error });
    if (code === 'UND_ERR_CONNECT_TIMEOUT') return made('connect timeout', `no connection within ${connectTimeoutMs} ms (connectTimeoutMs)`);
    if (code === 'UND_ERR_HEADERS_TIMEOUT') return made('first byte timeout', `no answer within ${firstByteTimeoutMs} ms (firstByteTimeoutMs)`);
    if (code === 'UND_ERR_BODY_TIMEOUT') return made('stall timeout', `no byte more for ${stallTimeoutMs} ms (stallTimeoutMs)`);
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return made('name lookup', `the host name cannot be resolved (${code})`);
    if (code === 'ECONNREFUSED') return made('refused', 'the connection is refused: nothing listens there');
    const text = error instanceof Error ? error.message : String(error);
    return made('connection', `the connection broke (${typeof code === 'string' ? `${code}: ` : ''}${text})`);
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

function* piecesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}

function plain(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? (value[0] as string) : value]])));
}

/** A short text body, such as an error. More than this is cut. */
export async function textOf(body: AsyncIterable<Uint8Array>, limit = 64 * 1024): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes > limit) break;
  }
  return Buffer.concat(chunks).toString('utf8', 0, limit);
}
