import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { COPY, makeShards, millrace, spawnMillrace, tree } from '../helpers/cli.js';
import { fakeServer } from '../helpers/fakeServer.js';
import { fakeS3, type FakeS3 } from '../helpers/fakeS3.js';
import { mixedKinds } from '../helpers/shards.js';

const root = mkdtempSync(join(tmpdir(), 'millrace-remote-'));
const servers = { whole: await fakeS3(), unconditional: await fakeS3({ heeds: [] }) };
Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKTEST', AWS_SECRET_ACCESS_KEY: 'made-up-secret', AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' });
await makeShards(`${root}/in`, [5, 7, 6], { kind: mixedKinds });
test.after.always(async () => {
  await Promise.all(Object.values(servers).map((server) => server.close()));
  rmSync(root, { recursive: true, force: true });
});

function upload(server: FakeS3): void {
  for (const name of readdirSync(`${root}/in`)) server.objects.set(`in/${name}`, { body: readFileSync(`${root}/in/${name}`), etag: `etag-${name}`, metadata: {} });
}
const tarsOf = (server: FakeS3, prefix: string): Record<string, string> =>
  Object.fromEntries([...server.objects].filter(([key]) => key.startsWith(prefix) && key.endsWith('.tar')).map(([key, { body }]) => [key.slice(prefix.length), body.toString('latin1')] as const).toSorted());
const here = (folder: string): Record<string, string> => Object.fromEntries(Object.entries(tree(folder)).filter(([name]) => name.endsWith('.tar')));

test.serial('from S3 to S3, in two lane processes: the local parts; the totals tell what the store did, the plan what it will', async (t) => {
  process.env.AWS_ENDPOINT_URL = servers.whole.origin;
  upload(servers.whole);
  t.is((await millrace(['run', COPY, '--in', `${root}/in/*.tar`, '--out', `${root}/out`])).code, 0);
  const planned = JSON.parse((await millrace(['plan', COPY, '--in', 's3://bucket/in/*.tar', '--out', 's3://bucket/out', '--json'])).out) as { bytes: number; estimate: { requests: number; egressBytes: number } };
  t.deepEqual(planned.estimate, { requests: 9, egressBytes: planned.bytes });
  const { code, out, err } = await spawnMillrace(['run', COPY, '--in', 's3://bucket/in/*.tar', '--out', 's3://bucket/out', '--workers', '2', '--json']).done;
  t.is(code, 0, err);
  t.deepEqual(tarsOf(servers.whole, 'out/'), here(`${root}/out`));
  const { storage } = JSON.parse(out.trimEnd().split('\n').at(-1) as string) as { storage: { requests: number; bytesRead: number; retries: number; requestsPerSecond: object } };
  t.true(storage.bytesRead >= planned.bytes);
  t.is(storage.retries, 0);
  t.deepEqual(Object.keys(storage.requestsPerSecond), ['s3://bucket']);
  t.notRegex(out + err, /made-up-secret/);
  t.is((await millrace(['verify', 's3://bucket/out', '--against', 's3://bucket/in/*.tar'])).code, 0);
  t.is((await millrace(['inspect', 's3://bucket/out'])).code, 0);
  t.is((await millrace(['index', 's3://bucket/in/*.tar'])).code, 0);
  t.true(servers.whole.objects.has('in/00000.tar.idx') || [...servers.whole.objects.keys()].some((key) => key.startsWith('in/00000.tar.')));
});

test.serial('a store that keeps no two runners apart: exit 2 and nothing written, unless this is the only one', async (t) => {
  process.env.AWS_ENDPOINT_URL = servers.unconditional.origin;
  upload(servers.unconditional);
  const args = ['run', COPY, '--in', 's3://bucket/in/*.tar', '--out', 's3://bucket/out'];
  const refused = await millrace(args);
  t.is(refused.code, 2, refused.err);
  t.regex(refused.err, /--single-runner/);
  t.deepEqual([...servers.unconditional.objects.keys()].filter((key) => key.startsWith('out/')), []);
  const allowed = await millrace([...args, '--single-runner']);
  t.is(allowed.code, 0, allowed.err);
  t.deepEqual(tarsOf(servers.unconditional, 'out/'), here(`${root}/out`));
});

test.serial('an expired token, a write that is denied: one line, what to do, exit 1 or 2, and no credential', async (t) => {
  const refusing = await fakeServer((request, response) => {
    const code = request.method === 'PUT' || request.method === 'POST' ? 'AccessDenied' : (request.url as string).startsWith('/expired') ? 'ExpiredToken' : 'NoSuchKey';
    const isList = (request.url as string).includes('list-type=2') && code === 'NoSuchKey';
    response.writeHead(isList ? 200 : { AccessDenied: 403, ExpiredToken: 400, NoSuchKey: 404 }[code]);
    response.end(request.method === 'HEAD' ? undefined : isList ? '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>' : `<Error><Code>${code}</Code><Message>${request.headers.authorization}</Message></Error>`);
  });
  process.env.AWS_ENDPOINT_URL = refusing.origin;
  process.env.AWS_SESSION_TOKEN = 'session-token-of-the-test';
  const cases: readonly (readonly [args: readonly string[], says: RegExp])[] = [
    [['inspect', 's3://expired/in/*.tar'], /credentials have expired; log in again/],
    [['inspect', 's3://expired/in/00000.tar'], /credentials have expired; log in again/],
    [['run', COPY, '--in', `${root}/in/*.tar`, '--out', 's3://denied/out'], /permission denied; the credentials need the right to create objects of denied/],
  ];
  for (const [args, says] of cases) {
    const { code, out, err } = await millrace([...args, '--verbose']);
    t.true(code === 1 || code === 2, err);
    t.regex(err.split('\n')[0] as string, says);
    t.notRegex(out + err, /made-up-secret|AKTEST|session-token-of-the-test/);
  }
  delete process.env.AWS_SESSION_TOKEN;
  await refusing.close();
});
