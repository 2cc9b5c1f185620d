import type { ExecutionContext } from 'ava';
import { catchError, map, Subject, throwError, type Observable, type OperatorFunction } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { dropOrigin } from '../../engine/account.js';
import { Gauge, StageGauge } from '../../engine/gauge.js';
import { isTombstone, tombstone, type Element, type Origin, type Sample, type Tombstone } from '../../engine/sample.js';
import { looseContext, type Stage, type StageContext } from '../../engine/stage.js';

/** A sample that stands as a letter in a marble diagram. */
export interface Letter extends Sample {
  readonly letter: string;
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz';

/** `c` is record 2 of the shard `marbles`, at byte 2000; its cursor stands behind it. */
export function sampleOf(letter: string): Letter {
  const record = ALPHABET.indexOf(letter);
  const origin: Origin = { dataset: 'test', shard: 'marbles', record, pass: 0, byte: record * 1000, path: [] };
  return { key: letter, origin, cursor: { kind: 'source', position: [0, record + 1, 0] }, letter };
}

/** `C` is record 2, dropped by an earlier stage. */
export function droppedOf(letter: string): Tombstone {
  return tombstone(sampleOf(letter.toLowerCase()), { stage: 'before', reason: 'dropped', kind: 'filtered' });
}

/** What letters mean in an input line: `a` the sample, `A` its tombstone. */
export const inputs: Readonly<Record<string, Element<Letter>>> = Object.fromEntries(
  [...ALPHABET].flatMap((letter) => [[letter, sampleOf(letter)], [letter.toUpperCase(), droppedOf(letter)]] as const),
);

/** An element as an expected line has it: a sample's key, or in capitals the keys of all whom a tombstone covers. */
export function show(element: Element): string {
  if (!isTombstone(element)) return element.key;
  return element.dropped
    .flatMap((drop) => Array.from({ length: drop.count }, (_, nth) => (drop.origin.path.length > 0 ? drop.key : (ALPHABET[dropOrigin(drop, nth).record] as string))))
    .join('')
    .toUpperCase();
}

export function errorText(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** A stage bound to a context, between elements. */
export function through<A extends Sample, B extends Sample>(stage: Stage<A, B>, context: StageContext = looseContext(stage.stage.name)): OperatorFunction<Element, Element> {
  return stage.stage.connect(context) as unknown as OperatorFunction<Element, Element>;
}

/** A context with a gauge of its own, to close the valve and to see what is held. `later` stands for the stages after this one. */
export function gaugedContext(name: string, budget: number): { readonly context: StageContext; readonly gauge: Gauge; readonly later: StageGauge } {
  const gauge = new Gauge(budget);
  const lane = gauge.lane(0);
  return { context: { ...looseContext(name), gauge: new StageGauge(lane, 0) }, gauge, later: new StageGauge(lane, 1) };
}

export interface Marbles {
  /** Run the input line through the operator and compare with the expected line: letters of `show`, `#` an error of text `error`. */
  expect(input: string, operator: OperatorFunction<Element, Element>, expected: string, names?: Readonly<Record<string, string>>, error?: string): void;
  /** As `expect`, and the source must be subscribed and left as in `subscription`. */
  expectSubscription(input: string, operator: OperatorFunction<Element, Element>, unsubscribe: string, expected: string, subscription: string): void;
}

/** Through the operator, as text. */
const textsOf = (source: Observable<Element>, operator: OperatorFunction<Element, Element>): Observable<string> =>
  source.pipe(operator, map(show), catchError((error: unknown) => throwError(() => errorText(error))));

/** Marble diagrams in virtual time: one character is one millisecond. */
export function marbles(t: ExecutionContext, run: (marbles: Marbles) => void): void {
  new TestScheduler((actual, expected) => void t.deepEqual(actual, expected)).run(({ cold, hot, expectObservable, expectSubscriptions }) => {
    run({
      expect: (input, operator, expected, names, error) => expectObservable(textsOf(cold(input, inputs), operator)).toBe(expected, names, error),
      expectSubscription: (input, operator, unsubscribe, expected, subscription) => {
        const source = hot(input, inputs);
        expectObservable(textsOf(source, operator), unsubscribe).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(subscription);
      },
    });
  });
}

export interface Watched {
  /** Letters into the operator, in one turn. */
  push(letters: string): void;
  complete(): void;
  unsubscribe(): void;
  /** What came out, as `show` has it; `|` is the end, `# ...` an error. */
  readonly seen: string[];
  readonly elements: Element[];
  error: unknown;
}

/** An operator in real time, for work by promises, which virtual time cannot hold. */
export function watch(operator: OperatorFunction<Element, Element>): Watched {
  const source = new Subject<Element>();
  const seen: string[] = [];
  const elements: Element[] = [];
  const subscription = source.pipe(operator).subscribe({
    next: (element) => {
      elements.push(element);
      seen.push(show(element));
    },
    error: (error: unknown) => {
      watched.error = error;
      seen.push(`# ${errorText(error)}`);
    },
    complete: () => seen.push('|'),
  });
  const watched: Watched = {
    push: (letters) => {
      for (const letter of letters) source.next(inputs[letter] as Element);
    },
    complete: () => source.complete(),
    unsubscribe: () => subscription.unsubscribe(),
    seen,
    elements,
    error: undefined,
  };
  return watched;
}

/** Promises that a test settles one by one, by name. */
export interface Gates<T> {
  /** Names in the order in which they were waited for. */
  readonly begun: string[];
  wait(name: string): Promise<T>;
  open(name: string, value: T): Promise<void>;
  fail(name: string, error: unknown): Promise<void>;
}

export function gates<T>(): Gates<T> {
  const waiting = new Map<string, { resolve(value: T): void; reject(error: unknown): void }>();
  const begun: string[] = [];
  const take = (name: string): { resolve(value: T): void; reject(error: unknown): void } => {
    const gate = waiting.get(name);
    if (gate === undefined) throw new Error(`nobody waits for ${name}; begun: ${begun.join(' ')}`);
    waiting.delete(name);
    return gate;
  };
  return {
    begun,
    wait: (name) =>
      new Promise((resolve, reject) => {
        begun.push(name);
        waiting.set(name, { resolve, reject });
      }),
    open: (name, value) => (take(name).resolve(value), settled()),
    fail: (name, error) => (take(name).reject(error), settled()),
  };
}

/** After all promises that can settle by themselves have. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
