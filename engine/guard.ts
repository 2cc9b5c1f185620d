import { Observable, of, Subject, type OperatorFunction } from 'rxjs';
import { LawError, StageError } from './errors.js';
import { isTombstone, originLabel, tombstone, type Element, type Sample } from './sample.js';
import type { StageContext } from './stage.js';

/** How often the guard compares an operator with a fresh copy of itself: the first elements, then ever more rarely. */
const checks = (count: number): boolean => count <= 16 || (count & (count - 1)) === 0;

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
      let count = 0;
      let failed = false;
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
          else law(undefined, 'gives output later than its input (like mergeMap, delay or concatMap with a promise): use mapAsync');
        },
        error: (error: unknown) => fail(new StageError(context.name, undefined, error)),
        complete: () => {
          if (!inner.closed && !inner.isStopped) law(undefined, 'ends the stream before its source does (like take or first): use --limit, or a record range of the source');
        },
      });
      const subscription = source.subscribe({
        next: (element) => {
          if (failed) return;
          if (isTombstone(element)) return subscriber.next(element);
          count += 1;
          outputs = [];
          inner.next(element);
          const got = outputs;
          outputs = undefined;
          if (failed) return;
          if (got.length > 1) return law(element, `gave ${got.length} outputs for one sample: use expand`);
          const fresh = got.length === 0 || checks(count) ? replay(operator, element) : undefined;
          if (got.length === 0) {
            if (fresh !== undefined && fresh.length > 0) {
              return law(element, 'remembers earlier samples (like distinct, skip or debounce): use dedupe, or keep with a rule about the sample alone');
            }
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
          if (fresh !== undefined && !sameFields(output, fresh[0])) {
            return law(element, 'depends on earlier samples or on chance (like scan, or map with its index): use windowed, or tools.random of mapSample');
          }
          subscriber.next(output);
        },
        error: (error) => subscriber.error(error),
        complete: () => {
          if (failed) return;
          outputs = [];
          inner.complete();
          if (outputs.length > 0) return law(undefined, 'holds samples back until the end (like bufferCount, takeLast or toArray): use windowed or batch');
          if (!failed) subscriber.complete();
        },
      });
      return () => {
        subscription.unsubscribe();
        innerSubscription.unsubscribe();
      };
    });
}

/** What a fresh copy of the operator does with this one sample, in the same turn; undefined if it fails. */
function replay(operator: OperatorFunction<Sample, Sample>, sample: Sample): unknown[] | undefined {
  const outputs: unknown[] = [];
  let failed = false;
  of(sample)
    .pipe(operator)
    .subscribe({ next: (value) => outputs.push(value), error: () => (failed = true) })
    .unsubscribe();
  return failed ? undefined : outputs;
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
