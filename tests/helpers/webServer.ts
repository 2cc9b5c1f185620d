import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fakeServer, ranged, type FakeServer } from './fakeServer.js';

/** A folder over HTTP, with ranges and etags. */
export async function webServer(folder: string): Promise<FakeServer> {
  return await fakeServer((request, response) => {
    const path = join(folder, decodeURIComponent(request.url as string));
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) {
      response.writeHead(404);
      return void response.end();
    }
    const { status, headers, body } = ranged(request.headers.range, readFileSync(path));
    response.writeHead(status, { ...headers, etag: `"${found.mtimeMs}"`, 'content-length': String(body.length) });
    response.end(request.method === 'HEAD' ? undefined : body);
  });
}
