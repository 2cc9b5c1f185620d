import { StoreError } from '../objectStore.js';
import { PassingFault, waitOf } from '../remote/passingFault.js';
import type { HttpReply } from '../remote/transport.js';

/** What an HTTP status above 299 means for an object. `reason`: what the server says, where that can be trusted to hold no secret. */
export function httpFault({ status, headers }: Pick<HttpReply, 'status' | 'headers'>, url: string, action: string, reason?: string): StoreError {
  const said = reason === undefined ? `HTTP ${status}` : `HTTP ${status}, ${reason}`;
  const lasting = (code: ConstructorParameters<typeof StoreError>[0], what: string): StoreError => new StoreError(code, url, `cannot ${action} ${url}: ${what} (${said})`);
  if (status === 404 || status === 410) return lasting('not-found', 'no such object; check the URL');
  if (status === 401) return lasting('denied', 'the server does not accept the credentials, or wants some; they are missing, wrong or expired');
  if (status === 403) return lasting('denied', 'permission denied');
  if (status === 507) return lasting('full', 'the store takes no more');
  const isThrottled = status === 429 || status === 503;
  if (isThrottled || status >= 500 || status === 408 || status === 425) {
    return new PassingFault(`http ${status}`, url, `the server answered ${said}`, { throttled: isThrottled, retryAfterMs: waitOf(headers['retry-after']) });
  }
  return lasting('other', 'the server refused the request');
}
