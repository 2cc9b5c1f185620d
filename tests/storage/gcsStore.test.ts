import { generateKeyPairSync, createVerify } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { gcsStore } from '../../storage/gcsStore.js';
import { StoreError } from '../../storage/objectStore.js';
import { fakeGcs } from '../helpers/fakeGcs.js';
import { fakeServer } from '../helpers/fakeServer.js';
import { pattern, put, readAll, testObjectStore } from './conformance.js';

const open = await fakeGcs({ pageSize: 5 });
const closed = await fakeGcs({ token: 'token-of-the-test' });
const folder = mkdtempSync(join(tmpdir(), 'millrace-gcs-'));
test.after.always(async () => {
  await Promise.all([open.close(), closed.close()]);
  rmSync(folder, { recursive: true });
});

const store = gcsStore({ endpoint: open.origin, anonymous: true, readChunkBytes: 4096, partBytes: 700_000 });
testObjectStore('gcs', () => store, (key) => `gs://bucket/suite/${key}`);

test('an upload in parts, of which the server takes some less', async (t) => {
  const all = pattern(3_000_001);
  const info = await put(store, 'gs://bucket/parts/a.bin', all);
  t.is(info.bytes, all.length);
  t.deepEqual(await store.stat(info.url), info);
  t.is(Buffer.compare(open.objects.get('parts/a.bin')!.body, all), 0);
});

test.serial('default credentials: a service account, a user, the machine; no secret in what goes wrong', async (t) => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const asked: string[] = [];
  const google = await fakeServer((request, response, body) => {
    const form = new URLSearchParams(body.toString());
    const [head, claims, signature] = (form.get('assertion') ?? '').split('.');
    const isSigned = form.has('assertion') && createVerify('RSA-SHA256').update(`${head}.${claims}`).verify(publicKey, signature as string, 'base64url');
    const good = isSigned || form.get('refresh_token') === 'refresh-me' || (request.url?.startsWith('/computeMetadata/') === true && request.headers['metadata-flavor'] === 'Google');
    asked.push(isSigned ? 'signed' : (form.get('grant_type') ?? 'machine'));
    response.writeHead(good ? 200 : 400);
    response.end(JSON.stringify(good ? { access_token: 'token-of-the-test', expires_in: 3600 } : { error: 'invalid_grant', error_description: `bad ${form.get('refresh_token')}` }));
  });
  const saved = { ...process.env };
  const file = (name: string, content: object): string => {
    writeFileSync(join(folder, name), JSON.stringify(content));
    return join(folder, name);
  };
  const tryWith = async (env: Readonly<Record<string, string>>): Promise<void> => {
    process.env = { ...saved, CLOUDSDK_CONFIG: folder, ...env };
    const asUser = gcsStore({ endpoint: closed.origin, anonymous: false, attempts: 1 });
    await put(asUser, 'gs://bucket/a', pattern(5));
    t.deepEqual(await readAll(asUser, 'gs://bucket/a'), pattern(5));
  };
  try {
    await tryWith({ GOOGLE_APPLICATION_CREDENTIALS: file('service.json', { type: 'service_account', client_email: 'a@b', private_key: pem, token_uri: `${google.origin}/token` }) });
    const user = { type: 'authorized_user', client_id: 'id', client_secret: 'secret-of-user', refresh_token: 'refresh-me' };
    await tryWith({ GOOGLE_APPLICATION_CREDENTIALS: file('user.json', user), GOOGLE_OAUTH_TOKEN_URI: `${google.origin}/token` });
    await tryWith({ GCE_METADATA_HOST: google.origin.slice('http://'.length) });
    t.deepEqual(asked, ['signed', 'refresh_token', 'machine'], 'a token is asked for once and kept');
    const wrong = { ...user, refresh_token: 'revoked-secret' };
    const error = await t.throwsAsync(tryWith({ GOOGLE_APPLICATION_CREDENTIALS: file('wrong.json', wrong), GOOGLE_OAUTH_TOKEN_URI: `${google.origin}/token` }), { instanceOf: StoreError });
    t.is(error?.code, 'denied');
    t.regex(String(error?.message), /invalid_grant/);
    t.notRegex(`${error?.message}${error?.stack}`, /revoked-secret|secret-of-user/);
    const missing = await t.throwsAsync(tryWith({ GOOGLE_APPLICATION_CREDENTIALS: join(folder, 'none.json') }), { instanceOf: StoreError });
    t.regex(String(missing?.message), /cannot be read/);
  } finally {
    process.env = saved;
    await google.close();
  }
});
