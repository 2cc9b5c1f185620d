import { Observable, type OperatorFunction } from 'rxjs';
import type { Receipt } from './receipt.js';
import { elementBytes, extendTombstone, isTombstone, openTombstone, sampleLabel, type Element, type OpenTombstone, type Sample } from './sample.js';
import type { StageContext } from './stage.js';

/** What a sink does for one lane. */
export interface LaneSink {
  /** Take the next element, samples and tombstones alike. Called for one element at a time, in their order. */
  add(element: Element): Promise<void>;
  /** The lane is whole: make it durable. Called once, after the last `add`. */
  commit(): Promise<Receipt>;
  /** The lane ends here, committed or not: free what is held, leave nothing visible that is half written. */
  abort(): Promise<void>;
}

interface Waiting {
  readonly element: Element;
  /** Set on a tombstone. */
  readonly drops: OpenTombstone | undefined;
  readonly bytes: number;
}

/**
 * The queue of a sink that takes one element after the other: what waits, and the element at work, are held in the run's gauge until `add`
 * has resolved, so a slow sink closes the valve. Emits one receipt, the one of `commit`. An error of the sink, or of the stages before it, ends
 * the lane without a commit.
 *
 * @param open called for each subscription
 */
export function sequentialSink<S extends Sample>(context: StageContext, open: () => LaneSink): OperatorFunction<Element<S>, Element<Receipt>> {
  return (source) =>
    new Observable<Element<Receipt>>((subscriber) => {
      const { gauge, meter } = context;
      const lane = open();
      const queue: Waiting[] = [];
      let upstreamDone = false;
      let working = false;
      let began = 0;
      let stopped = false;
      let committing: number | undefined;
      context.explain(() => {
        const head = queue[0]?.element;
        const calls = committing !== undefined ? [{ what: 'the commit', ms: performance.now() - committing }]
          : working && head !== undefined ? [{ what: isTombstone(head) ? 'dropped samples' : sampleLabel(head), ms: performance.now() - began }] : [];
        return { calls, queued: Math.max(0, queue.length - calls.length), atValve: false };
      });
      const left = ({ drops, bytes }: Waiting): void => {
        if (drops !== undefined) return;
        gauge.release(bytes);
        gauge.busy(-1);
      };
      const fail = (error: unknown): void => {
        if (!stopped) subscriber.error(error);
      };
      const work = async (): Promise<void> => {
        working = true;
        for (let head = queue[0]; head !== undefined; head = queue[0]) {
          began = performance.now();
          await lane.add(head.element);
          if (stopped) return;
          queue.shift();
          meter.queued = queue.length;
          left(head);
        }
        working = false;
        if (!upstreamDone) return;
        committing = performance.now();
        const receipt = await lane.commit();
        if (stopped) return;
        subscriber.next(receipt);
        subscriber.complete();
      };
      const subscription = source.subscribe({
        next: (element) => {
          if (isTombstone(element)) {
            // Adjacent tombstones merge, so a long filtered stretch behind a slow sink stays small; the first may be at work already.
            const last = queue.at(-1);
            if (queue.length > 1 && last?.drops !== undefined) return extendTombstone(last.drops, element);
            const drops = openTombstone(element);
            queue.push({ element: drops, drops, bytes: 0 });
          } else {
            const bytes = elementBytes(element);
            gauge.hold(bytes);
            gauge.busy(1);
            queue.push({ element, drops: undefined, bytes });
          }
          meter.queued = queue.length;
          if (!working) work().catch(fail);
        },
        error: fail,
        complete: () => {
          upstreamDone = true;
          if (!working) work().catch(fail);
        },
      });
      return () => {
        stopped = true;
        subscription.unsubscribe();
        queue.splice(0).forEach(left);
        lane.abort().catch(() => {});
      };
    });
}
