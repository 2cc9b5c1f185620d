import { StoreError } from '../objectStore.js';

export interface PassingFaultOptions {
  /** The server said that there are too many requests: all of them must slow down, not this one alone. */
  readonly throttled?: boolean;
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** The version that came instead of the one that was read before. */
  readonly etag?: string;
  readonly cause?: unknown;
}

/** A fault that may be gone at the next try. The message is what happened, without the URL; `kind` counts it in the meter. */
export class PassingFault extends StoreError {
  readonly throttled: boolean;
  readonly retryAfterMs: number | undefined;
  readonly etag: string | undefined;

  constructor(readonly kind: string, url: string, what: string, { throttled = false, retryAfterMs, etag, cause }: PassingFaultOptions = {}) {
    super('transient', url, what, cause);
    this.throttled = throttled;
    this.retryAfterMs = retryAfterMs;
    this.etag = etag;
  }
}

/** The `Retry-After` of an answer in milliseconds: seconds or a date (RFC 9110 section 10.2.3); undefined where there is none. */
export function waitOf(header: string | undefined, now: number = Date.now()): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
