export interface TokenBucketOptions {
  /** Requests a second at the start, and at most. */
  readonly ceiling: number;
  /** In milliseconds, never backwards. @default performance.now */
  readonly now?: () => number;
}

/** Raised by this share of the ceiling a second: from one half back to all of it in half a minute. */
const RAISE_PER_SECOND = 1 / 60;
/** Halved at most once in this time, in milliseconds: the answers to requests that were on their way are one piece of news, not many. */
const ONE_HALVING_MS = 1000;
/** Requests that may go at once after a rest, in seconds of the rate. */
const BURST_SECONDS = 0.25;
const LEAST_RATE = 0.5;

/**
 * How fast requests may go to one bucket or host: as TCP does it, slowly faster while all is well, half as fast at "slow down"
 * (additive increase, multiplicative decrease; RFC 5681).
 */
export class TokenBucket {
  readonly #ceiling: number;
  readonly #now: () => number;
  #rate: number;
  #tokens: number;
  #at: number;
  #halvedAt = Number.NEGATIVE_INFINITY;
  /** Rate at which requests really went, for a first halving that means something. */
  #window = { from: 0, taken: 0, rate: 0 };

  constructor({ ceiling, now = () => performance.now() }: TokenBucketOptions) {
    this.#ceiling = ceiling;
    this.#now = now;
    this.#rate = ceiling;
    this.#tokens = Math.max(1, ceiling * BURST_SECONDS);
    this.#at = now();
    this.#window.from = this.#at;
  }

  /** Requests a second allowed now. */
  get rate(): number {
    this.#refill();
    return this.#rate;
  }

  /** Take one token. @returns how long to wait before the request goes, in milliseconds */
  take(): number {
    this.#refill();
    this.#tokens -= 1;
    this.#window.taken += 1;
    return this.#tokens >= 0 ? 0 : (-this.#tokens / this.#rate) * 1000;
  }

  /** The server said "slow down": half of the rate at which requests really went. */
  throttled(): void {
    this.#refill();
    if (this.#at - this.#halvedAt < ONE_HALVING_MS) return;
    const { from, taken, rate } = this.#window;
    const seconds = (this.#at - from) / 1000;
    const observed = seconds >= 0.2 ? taken / seconds : Math.max(rate, taken);
    this.#rate = Math.max(LEAST_RATE, Math.min(this.#rate, Math.max(observed, 1)) / 2);
    this.#tokens = Math.min(this.#tokens, 0);
    this.#halvedAt = this.#at;
  }

  #refill(): void {
    const now = this.#now();
    const seconds = (now - this.#at) / 1000;
    this.#at = now;
    if (this.#rate < this.#ceiling) this.#rate = Math.min(this.#ceiling, this.#rate + seconds * RAISE_PER_SECOND * this.#ceiling);
    this.#tokens = Math.min(Math.max(1, this.#rate * BURST_SECONDS), this.#tokens + seconds * this.#rate);
    const age = (now - this.#window.from) / 1000;
    if (age >= 1) this.#window = { from: now, taken: 0, rate: this.#window.taken / age };
  }
}
