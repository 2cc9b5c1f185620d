import { Observable } from 'rxjs';
import { checkInteger } from './check.js';
import { elementBytes, extendTombstone, isTombstone, openTombstone, sampleLabel, withFields, type Element, type OpenTombstone, type Sample, type With } from './sample.js';
import { refused, sampleTools, stage, type SampleTools, type Stage } from './stage.js';

export interface MapAsyncOptions<S extends Sample> {
  /** Calls in flight, in each lane. @default 4: one more than libuv's pool leaves idle on two cores, measured with JPEG decoding */
  readonly concurrency?: number;
  /** Bytes that the finished sample will have, where that is known before the work: reserved at the start. @default the bytes of the input */
  readonly expectedBytes?: (sample: S) => number;
  /** Everything the output depends on, as plain JSON. */
  readonly options?: object;
  readonly version?: number;
}

interface Entry<S extends Sample, B extends Sample> {
  /** undefined: dropped samples at their place. */
  readonly input: S | undefined;
  readonly drops: OpenTombstone | undefined;
  output: Element<B> | undefined;
  held: number;
  /** When its work began. */
  began: number;
  state: 'waiting' | 'running' | 'done';
}

/**
 * One sample in, the same sample with more fields out, by asynchronous work: ordered and bounded.
 *
 * At most `concurrency` calls run at a time; results leave in the order of the inputs. New work starts only while the valve is open, or
 * when nothing after this stage is on its way. Waiting inputs and finished outputs are counted in the run's gauge. A `SampleFault`
 * sends the sample to quarantine at its place; any other error stops the run and says where.
 */
export function mapAsync<S extends Sample, F extends object>(
  name: string,
  work: (sample: S, tools: SampleTools) => Promise<F>,
  { concurrency = 4, expectedBytes, options = {}, version = 1 }: MapAsyncOptions<S> = {},
): Stage<S, With<S, F> & Sample> {
  type B = With<S, F> & Sample;
  checkInteger(name, 'concurrency', concurrency, 1);
  return stage<S, B>({
    name,
    arity: 'one',
    options,
    version,
    connect: (context) => (source) =>
      new Observable<Element<B>>((subscriber) => {
        const { gauge, meter } = context;
        const queue: Entry<S, B>[] = [];
        /** Entries at the head of the queue that are past waiting: work starts in order. */
        let begun = 0;
        let running = 0;
        let upstreamDone = false;
        let waiting = false;
        let stopped = false;

        const rehold = (entry: Entry<S, B>, bytes: number): void => {
          if (bytes > entry.held) gauge.hold(bytes - entry.held);
          else if (bytes < entry.held) gauge.release(entry.held - bytes);
          entry.held = bytes;
        };
        const fail = (error: unknown): void => {
          if (!stopped) subscriber.error(error);
        };
        const run = async (entry: Entry<S, B>, sample: S): Promise<void> => {
          const began = performance.now();
          entry.began = began;
          try {
            entry.output = withFields(sample, await work(sample, sampleTools(context, sample))) as unknown as B;
          } catch (error) {
            if (stopped) return;
            try {
              entry.output = refused(context, sample, error);
            } catch (located) {
              return fail(located);
            }
          }
          if (stopped) return;
          meter.busyMs += performance.now() - began;
          running -= 1;
          entry.state = 'done';
          rehold(entry, elementBytes(entry.output));
          advance();
        };
        /** Emit what is finished, in order; start what may start. */
        const advance = (): void => {
          while (!stopped && queue[0]?.state === 'done') {
            const head = queue.shift() as Entry<S, B>;
            begun = Math.max(0, begun - 1);
            rehold(head, 0);
            subscriber.next(head.output as Element<B>);
            if (head.input !== undefined) gauge.busy(-1);
          }
          if (stopped) return;
          while (running < concurrency && begun < queue.length) {
            const entry = queue[begun] as Entry<S, B>;
            if (entry.input !== undefined && (begun === 0 ? !gauge.mayStart() : !gauge.open)) {
              waitForValve();
              break;
            }
            begun += 1;
            if (entry.input === undefined) continue;
            entry.state = 'running';
            running += 1;
            if (expectedBytes !== undefined) {
              try {
                rehold(entry, Math.max(entry.held, expectedBytes(entry.input)));
              } catch (error) {
                return fail(error);
              }
            }
            void run(entry, entry.input);
          }
          meter.queued = queue.length;
          if (upstreamDone && queue.length === 0) subscriber.complete();
        };
        const waitForValve = (): void => {
          if (waiting) return;
          waiting = true;
          const began = performance.now();
          void gauge.changed().then(() => {
            waiting = false;
            meter.valveClosedMs += performance.now() - began;
            if (!stopped) advance();
          });
        };

        context.explain(() => ({
          calls: queue.flatMap(({ input, state, began }) => (input === undefined || state !== 'running' ? [] : [{ what: sampleLabel(input), ms: performance.now() - began }])),
          queued: queue.filter(({ state }) => state === 'waiting').length,
          atValve: waiting,
        }));
        const subscription = source.subscribe({
          next: (element) => {
            if (isTombstone(element)) {
              const last = queue.at(-1);
              if (last === undefined) return subscriber.next(element);
              // Adjacent tombstones merge, so a long filtered stretch behind slow work stays small.
              if (last.drops !== undefined) extendTombstone(last.drops, element);
              else {
                const drops = openTombstone(element);
                queue.push({ input: undefined, drops, output: drops, held: 0, began: 0, state: 'done' });
              }
              return;
            }
            const bytes = elementBytes(element);
            gauge.hold(bytes);
            gauge.busy(1);
            queue.push({ input: element, drops: undefined, output: undefined, held: bytes, began: 0, state: 'waiting' });
            advance();
          },
          error: fail,
          complete: () => {
            upstreamDone = true;
            advance();
          },
        });
        return () => {
          stopped = true;
          subscription.unsubscribe();
          for (const entry of queue.splice(0)) {
            gauge.release(entry.held);
            if (entry.input !== undefined) gauge.busy(-1);
          }
        };
      }),
  });
}
