import { StoreError } from '../objectStore.js';
import { PassingFault, waitOf } from '../remote/passingFault.js';

/** What an answer says, from the SDK or read by us. */
export interface S3Answer {
  readonly status: number | undefined;
  /** S3's error code, such as `NoSuchKey`. */
  readonly code: string | undefined;
  readonly retryAfter?: string | undefined;
}

const THROTTLED = new Set(['SlowDown', 'ServiceUnavailable', 'TooManyRequests', 'Throttling', 'ThrottlingException', 'RequestLimitExceeded', 'BandwidthLimitExceeded', 'ReducedRedundancy']);
const PASSING = new Set(['InternalError', 'RequestTimeout', 'OperationAborted', 'ConditionalRequestConflict', 'IncompleteBody', 'BadDigest', 'XAmzContentSHA256Mismatch']);
const EXPIRED = new Set(['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired', 'RequestExpired']);
const WRONG = new Set(['InvalidAccessKeyId', 'SignatureDoesNotMatch', 'InvalidToken', 'AuthorizationHeaderMalformed', 'InvalidClientTokenId']);
const FULL = new Set(['QuotaExceeded', 'EntityTooLarge', 'InsufficientCapacity', 'XMinioStorageFull', 'TooManyBuckets']);

/** An error answer in words, with what to do. Nothing of the request is in it, so no credential can be. */
export function s3Fault({ status, code, retryAfter }: S3Answer, url: string, action: string): StoreError {
  const bucket = /^s3:\/\/([^/]+)/.exec(url)?.[1] ?? '';
  const said = [code, status].filter((part) => part !== undefined).join(', ');
  const lasting = (kind: ConstructorParameters<typeof StoreError>[0], what: string): StoreError => new StoreError(kind, url, `cannot ${action} ${url}: ${what} (${said})`);
  if (code === 'NoSuchBucket') return lasting('not-found', `there is no bucket ${bucket} at this server; check the name, the endpoint and the region`);
  if (code !== undefined && (WRONG.has(code) || /UserNotFound/.test(code))) return lasting('denied', 'the server does not accept the credentials; check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or AWS_PROFILE, and that they belong to this endpoint and region');
  if (status === 404 || code === 'NoSuchKey') return lasting('not-found', 'no such object; check the bucket and the key');
  if (code !== undefined && EXPIRED.has(code)) return lasting('denied', 'the credentials have expired; log in again, or renew the token, and run again');
  if (code === 'RequestTimeTooSkewed') return lasting('denied', "this machine's clock is wrong by more than 15 minutes; set it");
  if (status === 401 || status === 403) return lasting('denied', `permission denied; the credentials need the right to ${action} objects of ${bucket} (where they may not list, a missing object is denied too)`);
  if (code !== undefined && FULL.has(code)) return lasting('full', 'the store takes no more (quota or capacity)');
  const isThrottled = status === 429 || status === 503 || (code !== undefined && THROTTLED.has(code));
  if (isThrottled || (status !== undefined && status >= 500) || status === 408 || (status === 409 && code !== 'InvalidBucketState') || (code !== undefined && PASSING.has(code))) {
    return new PassingFault(`http ${status ?? code}`, url, `the server answered ${said}`, { throttled: isThrottled, retryAfterMs: waitOf(retryAfter) });
  }
  return lasting('other', 'the server refused the request');
}

/** What the SDK threw. */
export function s3Error(error: unknown, url: string, action: string): Error {
  if (error instanceof StoreError || !(error instanceof Error)) return error as Error;
  const cause = error.cause instanceof PassingFault ? error.cause : undefined;
  if (cause !== undefined) return cause;
  const { name, $metadata, $response, Code } = error as Error & { $metadata?: { httpStatusCode?: number }; $response?: { headers?: Record<string, string>; statusCode?: number }; Code?: string };
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError') {
    const expired = /expired/i.test(error.message);
    return new StoreError('denied', url, expired
      ? `cannot ${action} ${url}: the credentials have expired; log in again and run again`
      : `cannot ${action} ${url}: no credentials were found; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or MILLRACE_S3_ANONYMOUS=1 for a public bucket`);
  }
  if (/region is missing/i.test(error.message)) return new StoreError('denied', url, `cannot ${action} ${url}: no region is set; set AWS_REGION`);
  const status = $metadata?.httpStatusCode ?? $response?.statusCode;
  if (status === undefined) return new PassingFault('unreadable answer', url, `the server's answer cannot be read (${error.message})`, { cause: error });
  const retryAfter = $response?.headers?.['retry-after'];
  // A broken or cut answer to a request that went well: as good as none.
  if (status < 300) return new PassingFault('unreadable answer', url, `the server's answer cannot be read (${name})`);
  const code = Code ?? (/^(Unknown|UnknownError|Error|NotFound|40\d|50\d)$/.test(name) ? undefined : name);
  return s3Fault({ status, code, retryAfter }, url, action);
}
