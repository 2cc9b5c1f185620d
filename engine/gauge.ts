/**
 * The gauge counts what a run holds, in bytes; the valve is the question "may more be pulled?" that it answers.
 *
 * RxJS has no backpressure, so every boundary of ours (an asynchronous stage, a window, a sink's queue) reports here what it holds and
 * whether that is *busy*: going to move on without new input. Samples carry nothing, so a dropped one costs nothing.
 *
 * The law: a lane may pull when nothing of it is busy (else an ordered merge that waits for it would hang), or while it stays under its
 * floor, or while the sum over all lanes of max(held, floor) stays within the budget. So bytes held <= max(floors, budget) + one element.
 */
export class Gauge {
  readonly budget: number;
  peak = 0;
  #held = 0;
  /** Sum over lanes of max(held + pending, floor). */
  #committed = 0;
  readonly #waiters: (() => void)[] = [];
  #waking = false;

  constructor(budget: number) {
    this.budget = budget;
  }

  get held(): number {
    return this.#held;
  }

  lane(floor: number): LaneGauge {
    this.#committed += floor;
    return new LaneGauge(this, floor);
  }

  /** Whether the run as a whole may hold more. */
  get open(): boolean {
    return this.#committed < this.budget;
  }

  admits(growth: number): boolean {
    return this.#committed + growth <= this.budget;
  }

  /** @internal called by lanes */
  move(held: number, committed: number): void {
    this.#held += held;
    this.#committed += committed;
    if (this.#held > this.peak) this.peak = this.#held;
    if (held < 0 || committed < 0) this.wake();
  }

  /** Resolves after something was released or stopped being busy. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  wake(): void {
    if (this.#waking || this.#waiters.length === 0) return;
    this.#waking = true;
    queueMicrotask(() => {
      this.#waking = false;
      for (const waiter of this.#waiters.splice(0)) waiter();
    });
  }
}

/** One lane's share of the gauge. */
export class LaneGauge {
  readonly gauge: Gauge;
  readonly floor: number;
  #held = 0;
  #pending = 0;
  #largest = 0;
  #busy: number[] = [];
  #busyTotal = 0;

  constructor(gauge: Gauge, floor: number) {
    this.gauge = gauge;
    this.floor = floor;
  }

  get held(): number {
    return this.#held;
  }

  get busyElements(): number {
    return this.#busyTotal;
  }

  /** May this lane pull one more element now? */
  mayPull(): boolean {
    if (this.#busyTotal === 0) return true;
    const growth = this.#growth(Math.max(this.#largest, 1));
    return growth === 0 || this.gauge.admits(growth);
  }

  /** A pull is under way: reserve the largest element seen so far until it arrives. @returns what ends the reservation */
  reserve(): () => void {
    const bytes = this.#largest;
    this.#shift(0, bytes);
    return () => this.#shift(0, -bytes);
  }

  sawElement(bytes: number): void {
    if (bytes > this.#largest) this.#largest = bytes;
  }

  hold(bytes: number): void {
    this.#shift(bytes, 0);
  }

  release(bytes: number): void {
    this.#shift(-bytes, 0);
  }

  setBusy(stage: number, by: number): void {
    this.#busy[stage] = (this.#busy[stage] ?? 0) + by;
    this.#busyTotal += by;
    if (by < 0) this.gauge.wake();
  }

  /** Is nothing on its way in the stages after this one? */
  idleAfter(stage: number): boolean {
    for (let index = stage + 1; index < this.#busy.length; index += 1) if ((this.#busy[index] ?? 0) > 0) return false;
    return true;
  }

  #growth(bytes: number): number {
    const before = Math.max(this.#held + this.#pending, this.floor);
    return Math.max(this.#held + this.#pending + bytes, this.floor) - before;
  }

  #shift(held: number, pending: number): void {
    const before = Math.max(this.#held + this.#pending, this.floor);
    this.#held += held;
    this.#pending += pending;
    this.gauge.move(held, Math.max(this.#held + this.#pending, this.floor) - before);
  }
}

/** What a stage sees of the gauge. Elements are counted where they wait, and nowhere else. */
export class StageGauge {
  readonly #lane: LaneGauge;
  readonly #stage: number;

  constructor(lane: LaneGauge, stage: number) {
    this.#lane = lane;
    this.#stage = stage;
  }

  hold(bytes: number): void {
    this.#lane.hold(bytes);
  }

  release(bytes: number): void {
    this.#lane.release(bytes);
  }

  /** Elements of this stage that will move on without new input: `+1` when one starts to, `-1` when it has left. */
  busy(by: number): void {
    this.#lane.setBusy(this.#stage, by);
  }

  /** May this stage start work, or emit one more of many outputs? Always, when nothing after it is on its way. */
  mayStart(): boolean {
    return this.#lane.gauge.open || this.#lane.idleAfter(this.#stage);
  }

  /** Whether the run as a whole may hold more. */
  get open(): boolean {
    return this.#lane.gauge.open;
  }

  changed(): Promise<void> {
    return this.#lane.gauge.changed();
  }
}
