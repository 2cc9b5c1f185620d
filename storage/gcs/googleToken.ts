import { createSign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { StoreError } from '../objectStore.js';
import { textOf, type Transport } from '../remote/transport.js';

const SCOPE = 'https://www.googleapis.com/auth/devstorage.read_write';
/** A token is renewed so long before it ends, in milliseconds. */
const EARLY_MS = 300_000;

interface ServiceAccount {
  readonly type: 'service_account';
  readonly client_email: string;
  readonly private_key: string;
  readonly private_key_id?: string;
  readonly token_uri?: string;
}

interface AuthorizedUser {
  readonly type: 'authorized_user';
  readonly client_id: string;
  readonly client_secret: string;
  readonly refresh_token: string;
}

/**
 * The application's default credentials of Google, as tokens: the file of GOOGLE_APPLICATION_CREDENTIALS, else the one that `gcloud auth
 * application-default login` writes, else the metadata server of the machine. (cloud.google.com/docs/authentication/application-default-credentials;
 * RFC 7523 for service accounts, RFC 6749 section 6 for users)
 *
 * @returns a function that gives a token and renews it in time. @throws StoreError `denied`
 */
export function googleToken(transport: Transport): (url: string) => Promise<string | undefined> {
  let current: { readonly token: string; readonly until: number } | undefined;
  let asking: Promise<string> | undefined;
  return async (url) => {
    if (current !== undefined && Date.now() < current.until) return current.token;
    asking ??= ask(transport, url).then(({ token, seconds }) => {
      current = { token, until: Date.now() + Math.max(0, seconds * 1000 - EARLY_MS) };
      return token;
    }).finally(() => (asking = undefined));
    return await asking;
  };
}

async function ask(transport: Transport, url: string): Promise<{ readonly token: string; readonly seconds: number }> {
  const account = await readAccount(url);
  if (account === undefined) return await fromMachine(transport, url);
  if (account.type === 'service_account') {
    const uri = account.token_uri ?? 'https://oauth2.googleapis.com/token';
    const now = Math.floor(Date.now() / 1000);
    const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
    const claims = `${encode({ alg: 'RS256', typ: 'JWT', ...(account.private_key_id === undefined ? {} : { kid: account.private_key_id }) })}.${encode({ iss: account.client_email, scope: SCOPE, aud: uri, iat: now, exp: now + 3600 })}`;
    let signature: string;
    try {
      signature = createSign('RSA-SHA256').update(claims).sign(account.private_key, 'base64url');
    } catch {
      throw new StoreError('denied', url, `cannot open ${url}: the private key of ${account.client_email} cannot be read; make a new key file`);
    }
    return await post(transport, url, uri, { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: `${claims}.${signature}` });
  }
  const { client_id, client_secret, refresh_token } = account;
  return await post(transport, url, process.env.GOOGLE_OAUTH_TOKEN_URI ?? 'https://oauth2.googleapis.com/token', { grant_type: 'refresh_token', client_id, client_secret, refresh_token });
}

/** The account of the file; undefined where there is none. */
async function readAccount(url: string): Promise<ServiceAccount | AuthorizedUser | undefined> {
  const named = process.env.GOOGLE_APPLICATION_CREDENTIALS;
  const path = named ?? join(process.env.CLOUDSDK_CONFIG ?? join(homedir(), '.config', 'gcloud'), 'application_default_credentials.json');
  const denied = (why: string): StoreError => new StoreError('denied', url, `cannot open ${url}: the credentials in ${path} ${why}`);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    if (named === undefined) return undefined;
    throw denied('cannot be read (GOOGLE_APPLICATION_CREDENTIALS)');
  }
  let account: ServiceAccount | AuthorizedUser;
  try {
    account = JSON.parse(text) as ServiceAccount | AuthorizedUser;
  } catch {
    throw denied('are not JSON'); // the parser's message would quote them
  }
  if (account?.type === 'service_account' && typeof account.client_email === 'string' && typeof account.private_key === 'string') return account;
  if (account?.type === 'authorized_user' && typeof account.refresh_token === 'string') return account;
  throw denied(`are of a kind that is not supported (${String((account as { type?: unknown })?.type)}); a service account's key or those of gcloud auth application-default login are`);
}

async function post(transport: Transport, url: string, uri: string, form: Readonly<Record<string, string>>): Promise<{ readonly token: string; readonly seconds: number }> {
  const { origin, pathname, search } = new URL(uri);
  const reply = await transport.send({
    method: 'POST', origin, path: pathname + search, url,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(new URLSearchParams(form).toString()),
  });
  return parseToken(reply.status, await textOf(transport.read(reply.body, url)), url);
}

async function fromMachine(transport: Transport, url: string): Promise<{ readonly token: string; readonly seconds: number }> {
  const host = process.env.GCE_METADATA_HOST ?? 'metadata.google.internal';
  try {
    const reply = await transport.send({
      method: 'GET', origin: `http://${host}`, path: `/computeMetadata/v1/instance/service-accounts/default/token?scopes=${encodeURIComponent(SCOPE)}`, url, headers: { 'metadata-flavor': 'Google' },
    });
    return parseToken(reply.status, await textOf(transport.read(reply.body, url)), url);
  } catch (cause) {
    if (cause instanceof StoreError && cause.code === 'denied') throw cause;
    throw new StoreError('denied', url, `cannot open ${url}: no credentials were found; run gcloud auth application-default login, set GOOGLE_APPLICATION_CREDENTIALS, or MILLRACE_GCS_ANONYMOUS=1 for a public bucket`);
  }
}

/** Nothing of the answer but Google's own word for the error is told: it may hold what was sent. */
function parseToken(status: number, text: string, url: string): { readonly token: string; readonly seconds: number } {
  let answer: { access_token?: unknown; expires_in?: unknown; error?: unknown } = {};
  try {
    answer = JSON.parse(text) as typeof answer;
  } catch {
    // told below
  }
  if (status === 200 && typeof answer.access_token === 'string') return { token: answer.access_token, seconds: Number(answer.expires_in ?? 0) };
  const word = typeof answer.error === 'string' && /^[a-z_]+$/.test(answer.error) ? `, ${answer.error}` : '';
  throw new StoreError('denied', url, `cannot open ${url}: Google gives no token for these credentials (HTTP ${status}${word}); log in again, or use another key`);
}
