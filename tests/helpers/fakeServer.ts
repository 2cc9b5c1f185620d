import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeServer {
  readonly origin: string;
  close(): Promise<void>;
}

/** An HTTP server of a test on a free port of this machine. What the handler throws is a 500. */
export async function fakeServer(handle: (request: IncomingMessage, response: ServerResponse, body: Buffer) => void | Promise<void>): Promise<FakeServer> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => {});
    response.on('error', () => {});
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      Promise.resolve().then(() => handle(request, response, Buffer.concat(chunks))).catch((error: unknown) => {
        if (!response.headersSent) response.writeHead(500);
        response.end(String(error));
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The body of a request for `bytes=a-b` of `content`, as RFC 9110 has it. */
export function ranged(range: string | undefined, content: Buffer): { readonly status: 200 | 206 | 416; readonly headers: Record<string, string>; readonly body: Buffer } {
  const match = /^bytes=(\d+)-(\d*)$/.exec(range ?? '');
  if (match === null) return { status: 200, headers: {}, body: content };
  const start = Number(match[1]);
  if (start >= content.length) return { status: 416, headers: { 'content-range': `bytes */${content.length}` }, body: Buffer.alloc(0) };
  const end = match[2] === '' ? content.length : Math.min(content.length, Number(match[2]) + 1);
  return { status: 206, headers: { 'content-range': `bytes ${start}-${end - 1}/${content.length}` }, body: content.subarray(start, end) };
}
