import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as requestOf, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What can go wrong between a client and its store. */
export const FAULTS = ['slow', 'reset', 'truncated', 'stalled', '429', '429 retry-after', '503', '503 retry-after', '500', 'wrong length', 'wrong etag', 'reordered'] as const;
export type Fault = (typeof FAULTS)[number];

export interface FaultProxyOptions {
  /** The server behind it. */
  readonly target: string;
  /** Share of the requests at fault, from 0 to 1. It can be changed later. */
  readonly rate: number;
  /** @default all */
  readonly faults?: readonly Fault[];
  /** The same seed, the same faults at the same requests. @default 0 */
  readonly seed?: number;
}

export interface FaultProxy {
  readonly endpoint: string;
  rate: number;
  faults: readonly Fault[];
  /** Faults that were made, by kind. */
  readonly made: Map<Fault, number>;
  requests: number;
  close(): Promise<void>;
}

/**
 * A proxy that breaks a share of the requests, by kinds in turn. A request may reach the server and its answer be lost, as it happens. Wrong etags come
 * on answers to GET alone, and lists are reordered within a page.
 */
export async function faultProxy({ target, rate, faults = FAULTS, seed = 0 }: FaultProxyOptions): Promise<FaultProxy> {
  const { hostname, port } = new URL(target);
  const server = createServer((request, response) => {
    proxy.requests += 1;
    const draw = createHash('sha256').update(`${seed} ${proxy.requests}`).digest();
    const isFaulty = draw.readUInt32LE(0) / 2 ** 32 < proxy.rate;
    const fault = isFaulty ? proxy.faults[draw.readUInt32LE(4) % proxy.faults.length] : undefined;
    request.on('error', () => {});
    response.on('error', () => {});
    forward(request, response, fault);
  });
  const count = (fault: Fault): unknown => proxy.made.set(fault, (proxy.made.get(fault) ?? 0) + 1);

  function forward(request: IncomingMessage, response: ServerResponse, fault: Fault | undefined): void {
    if (fault?.startsWith('429') === true || fault?.startsWith('503') === true || fault === '500') {
      count(fault);
      request.resume();
      response.writeHead(Number(fault.slice(0, 3)), { ...(fault.endsWith('retry-after') ? { 'retry-after': '0' } : {}), connection: 'close' });
      return void response.end();
    }
    // The host stays as the client wrote it: the signature covers it.
    const onward = requestOf({ host: hostname, port, method: request.method, path: request.url, headers: request.headers, agent: false });
    onward.on('error', () => void response.destroy());
    onward.on('response', (answer) => {
      answer.on('error', () => void response.destroy());
      const chunks: Buffer[] = [];
      if (fault === undefined) {
        response.writeHead(answer.statusCode as number, answer.headers);
        return void answer.pipe(response);
      }
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => broken(fault, request, response, answer, Buffer.concat(chunks)));
    });
    request.pipe(onward);
  }

  function broken(fault: Fault, request: IncomingMessage, response: ServerResponse, { statusCode = 500, headers }: IncomingMessage, body: Buffer): void {
    const whole = { ...headers, 'content-length': headers['content-length'] ?? String(body.length) };
    delete (whole as Record<string, unknown>)['transfer-encoding'];
    const half = body.subarray(0, body.length >> 1);
    const pass = (): void => {
      response.writeHead(statusCode, whole);
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    if (fault === 'reset') {
      count(fault);
      return void response.destroy();
    }
    if (fault === 'slow') {
      count(fault);
      return void setTimeout(pass, 150);
    }
    if (fault === 'reordered') {
      const items = body.toString().match(/<Contents>.*?<\/Contents>/gs);
      if (items === null || items.length < 2) return pass();
      count(fault);
      const text = Buffer.from(body.toString().replace(/<Contents>.*<\/Contents>/s, items.toReversed().join('')));
      response.writeHead(statusCode, { ...whole, 'content-length': String(text.length) });
      return void response.end(text);
    }
    if (fault === 'wrong etag') {
      if (request.method !== 'GET' || headers.etag === undefined) return pass();
      count(fault);
      response.writeHead(statusCode, { ...whole, etag: `"wrong-${proxy.requests}"` });
      return void response.end(body);
    }
    if (body.length === 0 || request.method === 'HEAD') return pass();
    count(fault);
    if (fault === 'wrong length') {
      response.writeHead(statusCode, { ...whole, 'content-length': String(half.length) });
      return void response.end(half);
    }
    response.writeHead(statusCode, whole);
    response.write(half);
    if (fault === 'truncated') setTimeout(() => response.destroy(), 5);
    // 'stalled': nothing more, until the client has had enough.
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: FaultProxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    rate,
    faults,
    made: new Map(),
    requests: 0,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}
