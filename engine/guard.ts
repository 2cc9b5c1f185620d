import { Observable, Subject, type OperatorFunction } from 'rxjs';
import { LawError, StageError } from './errors.js';
import { isTombstone, originLabel, tombstone, type Element, type Sample } from './sample.js';
import type { StageContext } from './stage.js';

/** How often the guard compares an operator with a fresh copy of itself: the first samples that pass, then ever more rarely. */
const checks = (count: number): boolean => count <= 16 || (count & (count - 1)) === 0;

const LATER = 'gives output later than its input (like mergeMap, delay or concatMap with a promise): use mapAsync';
const HOLDS_BACK = 'holds samples back until the end (like bufferCount, takeLast, toArray or debounceTime): use windowed or batch';
const REMEMBERS = 'remembers earlier samples (like distinct or skip): use dedupe, or keep with a rule about the sample alone';

/**
 * Let an ordinary RxJS operator stand in a pipeline. Stateless synchronous ones (`map`, `filter`, `tap`) work as they are: no output in the
 * same turn becomes a tombstone. Operators that multiply, hold back, wait, remember or end the stream would break order, counts or resume:
 * the first sample that shows it stops the run with the name of the operator of ours that does the same within the laws.
 */
export function guard(operator: OperatorFunction<Sample, Sample>, context: StageContext): OperatorFunction<Element, Element> {
  return (source) =>
    new Observable<Element>((subscriber) => {
      const inner = new Subject<Sample>();
      let outputs: unknown[] | undefined;
      let passed = 0;
      let failed = false;
      let ended = false;
      let at: Sample | undefined;
      const fail = (error: Error): void => {
        if (failed) return;
        failed = true;
        subscriber.error(error);
      };
      const law = (sample: Sample | undefined, what: string): void =>
        fail(new LawError(`${context.name}${sample === undefined ? '' : ` at ${originLabel(sample.origin)}`}: this RxJS operator ${what}`));
      const innerSubscription = operator(inner).subscribe({
        next: (value) => {
          if (outputs !== undefined) outputs.push(value);
          else law(undefined, LATER);
        },
        error: (error: unknown) => fail(new StageError(context.name, at === undefined ? undefined : `${originLabel(at.origin)} (key ${at.key})`, error)),
        complete: () => {
          ended = true;
          if (!inner.closed && !inner.isStopped) law(undefined, 'ends the stream before its source does (like take or first): use --limit, or a record range of the source');
        },
      });
      const subscription = source.subscribe({
        next: (element) => {
          if (failed) return;
          if (isTombstone(element)) return subscriber.next(element);
          outputs = [];
          at = element;
          inner.next(element);
          at = undefined;
          const got = outputs;
          outputs = undefined;
          if (failed) return;
          if (got.length > 1) return law(element, `gave ${got.length} outputs for one sample: use expand`);
          // What passes is counted, not what comes: the first sample after `skip(1000)` is looked at too.
          const fresh = got.length === 0 || checks(++passed) ? replay(operator, element) : undefined;
          if (got.length === 0) {
            if (fresh !== undefined && fresh.atEnd > 0) return law(undefined, HOLDS_BACK);
            if (fresh !== undefined && fresh.outputs.length > 0) return law(element, REMEMBERS);
            return subscriber.next(tombstone(element, { stage: context.name, reason: 'not passed on', kind: 'filtered' }));
          }
          const output = got[0];
          if (!isSampleLike(output) || output.origin !== element.origin || output.cursor !== element.cursor) {
            return law(
              element,
              Array.isArray(output)
                ? 'collects samples into arrays (like bufferCount or pairwise): use windowed or batch'
                : 'gave something that is not the same sample: return { ...sample, field }, or use scan-like state only inside windowed',
            );
          }
          if (fresh !== undefined && fresh.outputs.length === 0) return law(element, REMEMBERS);
          if (fresh !== undefined && !sameFields(output, fresh.outputs[0])) {
            return law(element, 'depends on earlier samples or on chance (like scan, or map with its index): use windowed, or tools.random of mapSample');
          }
          subscriber.next(output);
        },
        error: (error) => subscriber.error(error),
        complete: () => {
          if (failed) return;
          outputs = [];
          inner.complete();
          if (failed) return;
          if (outputs.length > 0) return law(undefined, HOLDS_BACK);
          // What comes after the end would be lost without a word.
          if (!ended) return law(undefined, LATER);
          subscriber.complete();
        },
      });
      return () => {
        subscription.unsubscribe();
        innerSubscription.unsubscribe();
      };
    });
}

interface Replay {
  /** In the turn of the sample itself. */
  readonly outputs: readonly unknown[];
  /** How many more came when the source ended. */
  readonly atEnd: number;
}

/** What a fresh copy of the operator does with this one sample, in the same turn; undefined if it fails. */
function replay(operator: OperatorFunction<Sample, Sample>, sample: Sample): Replay | undefined {
  const outputs: unknown[] = [];
  let failed = false;
  const alone = new Subject<Sample>();
  const subscription = operator(alone).subscribe({ next: (value) => outputs.push(value), error: () => (failed = true) });
  alone.next(sample);
  const inTurn = outputs.slice();
  alone.complete();
  subscription.unsubscribe();
  return failed ? undefined : { outputs: inTurn, atEnd: outputs.length - inTurn.length };
}

function isSampleLike(value: unknown): value is Sample {
  return typeof value === 'object' && value !== null && 'key' in value && 'origin' in value && 'cursor' in value;
}

/** Equal in every field that a glance can compare: primitives by value, objects of one kind taken as equal. */
function sameFields(a: Sample, b: unknown): boolean {
  if (typeof b !== 'object' || b === null) return false;
  const left = a as unknown as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  return names.every((name) => Object.is(left[name], right[name]) || (typeof left[name] === 'object' && typeof right[name] === 'object'));
}
