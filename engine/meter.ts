/** Counts of one stage, over all lanes of this process. Times in milliseconds. */
export interface StageCounts {
  in: number;
  out: number;
  dropped: number;
  bytesOut: number;
  busyMs: number;
  queued: number;
  valveClosedMs: number;
}

/** Per-stage counts and named tallies of a run. It only counts; progress lines, `--json` and exporters read it. */
export class Meter {
  readonly stages = new Map<string, StageCounts>();
  readonly tallies = new Map<string, Map<string, number>>();

  stage(name: string): StageCounts {
    let counts = this.stages.get(name);
    if (counts === undefined) {
      counts = { in: 0, out: 0, dropped: 0, bytesOut: 0, busyMs: 0, queued: 0, valveClosedMs: 0 };
      this.stages.set(name, counts);
    }
    return counts;
  }

  tally(stage: string, name: string, by: number): void {
    let tallies = this.tallies.get(stage);
    if (tallies === undefined) this.tallies.set(stage, (tallies = new Map()));
    tallies.set(name, (tallies.get(name) ?? 0) + by);
  }

  snapshot(): MeterSnapshot {
    return {
      stages: Object.fromEntries([...this.stages].map(([name, counts]) => [name, { ...counts }])),
      tallies: Object.fromEntries([...this.tallies].map(([stage, entries]) => [stage, Object.fromEntries(entries)])),
    };
  }
}

export interface MeterSnapshot {
  readonly stages: Readonly<Record<string, StageCounts>>;
  readonly tallies: Readonly<Record<string, Readonly<Record<string, number>>>>;
}
