/** What remote stores did, for `--json`, the progress line and exporters. */
export interface StoreMeterSnapshot {
  readonly requests: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly retries: number;
  /** Requests sent a second time because the first was slow, and how many of these came first. */
  readonly hedges: number;
  readonly hedgesWon: number;
  /** Answers "slow down". */
  readonly throttled: number;
  /** Faults that passed, by kind: `first byte timeout`, `truncated`, `http 503`, ... */
  readonly faults: Readonly<Record<string, number>>;
  /** Requests a second allowed now, by bucket or host. */
  readonly requestsPerSecond: Readonly<Record<string, number>>;
}

/** Counts; only counts. */
export class StoreMeter {
  requests = 0;
  bytesRead = 0;
  bytesWritten = 0;
  retries = 0;
  hedges = 0;
  hedgesWon = 0;
  throttled = 0;
  readonly faults = new Map<string, number>();
  readonly rates = new Map<string, () => number>();

  fault(kind: string): void {
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1);
  }

  snapshot(): StoreMeterSnapshot {
    const { requests, bytesRead, bytesWritten, retries, hedges, hedgesWon, throttled } = this;
    return {
      requests, bytesRead, bytesWritten, retries, hedges, hedgesWon, throttled,
      faults: Object.fromEntries([...this.faults].toSorted()),
      requestsPerSecond: Object.fromEntries([...this.rates].map(([bucket, rate]) => [bucket, Math.round(rate() * 10) / 10] as const).toSorted()),
    };
  }
}

/** The sum over several processes; of a rate, the smallest. */
export function sumSnapshots(all: readonly StoreMeterSnapshot[]): StoreMeterSnapshot {
  const sum = (of: (one: StoreMeterSnapshot) => number): number => all.reduce((total, one) => total + of(one), 0);
  const merge = (of: (one: StoreMeterSnapshot) => Readonly<Record<string, number>>, join: (a: number, b: number) => number): Record<string, number> => {
    const merged: Record<string, number> = {};
    for (const one of all) for (const [name, value] of Object.entries(of(one))) merged[name] = name in merged ? join(merged[name] as number, value) : value;
    return merged;
  };
  return {
    requests: sum((one) => one.requests),
    bytesRead: sum((one) => one.bytesRead),
    bytesWritten: sum((one) => one.bytesWritten),
    retries: sum((one) => one.retries),
    hedges: sum((one) => one.hedges),
    hedgesWon: sum((one) => one.hedgesWon),
    throttled: sum((one) => one.throttled),
    faults: merge((one) => one.faults, (a, b) => a + b),
    requestsPerSecond: merge((one) => one.requestsPerSecond, Math.min),
  };
}
