import { Observable, type OperatorFunction } from 'rxjs';
import { isTombstone, type Element, type Sample } from './sample.js';
import { refused, type StageContext } from './stage.js';

/** The operator under every synchronous one-to-one stage and filter: tombstones pass, a SampleFault becomes one, other errors are located. */
export function perSample<A extends Sample, B extends Sample>(
  context: StageContext,
  work: (sample: A) => Element<B>,
): OperatorFunction<Element<A>, Element<B>> {
  return (source) =>
    new Observable<Element<B>>((subscriber) =>
      source.subscribe({
        next: (element) => {
          if (isTombstone(element)) return subscriber.next(element);
          let out: Element<B>;
          const began = performance.now();
          try {
            out = work(element);
          } catch (error) {
            try {
              out = refused(context, element, error);
            } catch (located) {
              return subscriber.error(located);
            }
          }
          context.meter.busyMs += performance.now() - began;
          subscriber.next(out);
        },
        error: (error) => subscriber.error(error),
        complete: () => subscriber.complete(),
      }),
    );
}
