import type { OperatorFunction } from 'rxjs';
import { partsOf } from './chain.js';
import { UsageError } from './errors.js';
import { guard } from './guard.js';
import type { Sample } from './sample.js';
import { isSink, type Sink } from './sink.js';
import type { Receipt } from './receipt.js';
import type { Source } from './source.js';
import { isStage, type Connect, type StageOptions, type StepStage } from './stage.js';
import { isTrainsMark, type Trains } from './trains.js';

/** A stage at its place in a pipeline. */
export interface PlacedStage {
  readonly name: string;
  /** undefined: an ordinary RxJS operator, guarded. */
  readonly options: StageOptions<Sample, Sample> | undefined;
  readonly connect: Connect<Sample, Sample>;
}

/** A stage after `batch` at its place. */
export interface PlacedStepStage {
  readonly name: string;
  readonly step: StepStage;
}

/** A recipe's data path: inert, typed end to end, printable, fingerprinted. `S` is what comes out at its end. */
export interface Pipeline<S extends Sample = Sample> {
  readonly source: Source<Sample>;
  readonly stages: readonly PlacedStage[];
  /** Set when the last stage is a sink. */
  readonly sink: Sink<Sample> | undefined;
  /** Set when the recipe ends in `train(...)`, which is no stage. */
  readonly trains?: Trains;
  /** Phantom: only its type is used. */
  readonly emits?: S;
}

/** An operator of ours or of RxJS. */
type Op<A, B> = OperatorFunction<A, B>;

/**
 * Put a source, stages and (usually) a sink in a row. Positional, because it reads as the data flows and because TypeScript then carries the
 * sample's type from stage to stage: a stage that lacks a field fails to compile at its own line.
 *
 * @throws UsageError when two stages have one name, when one that works on steps stands before `batch` or any other but a sink after it
 */
export function pipeline<A extends Sample>(source: Source<A>): Pipeline<A>;
export function pipeline<A extends Sample, B extends Sample>(source: Source<A>, s1: Op<A, B>): Pipeline<B>;
export function pipeline<A extends Sample, B extends Sample, C extends Sample>(source: Source<A>, s1: Op<A, B>, s2: Op<B, C>): Pipeline<C>;
export function pipeline<A extends Sample, B extends Sample, C extends Sample, D extends Sample>(source: Source<A>, s1: Op<A, B>, s2: Op<B, C>, s3: Op<C, D>): Pipeline<D>;
export function pipeline<A extends Sample, B extends Sample, C extends Sample, D extends Sample, E extends Sample>(source: Source<A>, s1: Op<A, B>, s2: Op<B, C>, s3: Op<C, D>, s4: Op<D, E>): Pipeline<E>;
export function pipeline<A extends Sample, B extends Sample, C extends Sample, D extends Sample, E extends Sample, F extends Sample>(source: Source<A>, s1: Op<A, B>, s2: Op<B, C>, s3: Op<C, D>, s4: Op<D, E>, s5: Op<E, F>): Pipeline<F>;
export function pipeline<A extends Sample, B extends Sample, C extends Sample, D extends Sample, E extends Sample, F extends Sample, G extends Sample>(source: Source<A>, s1: Op<A, B>, s2: Op<B, C>, s3: Op<C, D>, s4: Op<D, E>, s5: Op<E, F>, s6: Op<F, G>): Pipeline<G>;
export function pipeline<A extends Sample, B extends Sample, C extends Sample, D extends Sample, E extends Sample, F extends Sample, G extends Sample, H extends Sample>(source: Source<A>, s1: Op<A, B>, s2: Op<B, C>, s3: Op<C, D>, s4: Op<D, E>, s5: Op<E, F>, s6: Op<F, G>, s7: Op<G, H>): Pipeline<H>;
export function pipeline<A extends Sample, B extends Sample, C extends Sample, D extends Sample, E extends Sample, F extends Sample, G extends Sample, H extends Sample, I extends Sample>(source: Source<A>, s1: Op<A, B>, s2: Op<B, C>, s3: Op<C, D>, s4: Op<D, E>, s5: Op<E, F>, s6: Op<F, G>, s7: Op<G, H>, s8: Op<H, I>): Pipeline<I>;
export function pipeline<A extends Sample, B extends Sample, C extends Sample, D extends Sample, E extends Sample, F extends Sample, G extends Sample, H extends Sample, I extends Sample, J extends Sample>(source: Source<A>, s1: Op<A, B>, s2: Op<B, C>, s3: Op<C, D>, s4: Op<D, E>, s5: Op<E, F>, s6: Op<F, G>, s7: Op<G, H>, s8: Op<H, I>, s9: Op<I, J>): Pipeline<J>;
export function pipeline<A extends Sample, B extends Sample, C extends Sample, D extends Sample, E extends Sample, F extends Sample, G extends Sample, H extends Sample, I extends Sample, J extends Sample, K extends Sample>(source: Source<A>, s1: Op<A, B>, s2: Op<B, C>, s3: Op<C, D>, s4: Op<D, E>, s5: Op<E, F>, s6: Op<F, G>, s7: Op<G, H>, s8: Op<H, I>, s9: Op<I, J>, s10: Op<J, K>): Pipeline<K>;
export function pipeline<A extends Sample, B extends Sample, C extends Sample, D extends Sample, E extends Sample, F extends Sample, G extends Sample, H extends Sample, I extends Sample, J extends Sample, K extends Sample, L extends Sample>(source: Source<A>, s1: Op<A, B>, s2: Op<B, C>, s3: Op<C, D>, s4: Op<D, E>, s5: Op<E, F>, s6: Op<F, G>, s7: Op<G, H>, s8: Op<H, I>, s9: Op<I, J>, s10: Op<J, K>, s11: Op<K, L>): Pipeline<L>;
export function pipeline<A extends Sample, B extends Sample, C extends Sample, D extends Sample, E extends Sample, F extends Sample, G extends Sample, H extends Sample, I extends Sample, J extends Sample, K extends Sample, L extends Sample, M extends Sample>(source: Source<A>, s1: Op<A, B>, s2: Op<B, C>, s3: Op<C, D>, s4: Op<D, E>, s5: Op<E, F>, s6: Op<F, G>, s7: Op<G, H>, s8: Op<H, I>, s9: Op<I, J>, s10: Op<J, K>, s11: Op<K, L>, s12: Op<L, M>): Pipeline<M>;
export function pipeline<A extends Sample, B extends Sample, C extends Sample, D extends Sample, E extends Sample, F extends Sample, G extends Sample, H extends Sample, I extends Sample, J extends Sample, K extends Sample, L extends Sample, M extends Sample, N extends Sample>(source: Source<A>, s1: Op<A, B>, s2: Op<B, C>, s3: Op<C, D>, s4: Op<D, E>, s5: Op<E, F>, s6: Op<F, G>, s7: Op<G, H>, s8: Op<H, I>, s9: Op<I, J>, s10: Op<J, K>, s11: Op<K, L>, s12: Op<L, M>, s13: Op<M, N>): Pipeline<N>;
export function pipeline<A extends Sample, B extends Sample, C extends Sample, D extends Sample, E extends Sample, F extends Sample, G extends Sample, H extends Sample, I extends Sample, J extends Sample, K extends Sample, L extends Sample, M extends Sample, N extends Sample, O extends Sample>(source: Source<A>, s1: Op<A, B>, s2: Op<B, C>, s3: Op<C, D>, s4: Op<D, E>, s5: Op<E, F>, s6: Op<F, G>, s7: Op<G, H>, s8: Op<H, I>, s9: Op<I, J>, s10: Op<J, K>, s11: Op<K, L>, s12: Op<L, M>, s13: Op<M, N>, s14: Op<N, O>): Pipeline<O>;
export function pipeline<A extends Sample, B extends Sample, C extends Sample, D extends Sample, E extends Sample, F extends Sample, G extends Sample, H extends Sample, I extends Sample, J extends Sample, K extends Sample, L extends Sample, M extends Sample, N extends Sample, O extends Sample, P extends Sample>(source: Source<A>, s1: Op<A, B>, s2: Op<B, C>, s3: Op<C, D>, s4: Op<D, E>, s5: Op<E, F>, s6: Op<F, G>, s7: Op<G, H>, s8: Op<H, I>, s9: Op<I, J>, s10: Op<J, K>, s11: Op<K, L>, s12: Op<L, M>, s13: Op<M, N>, s14: Op<N, O>, s15: Op<O, P>): Pipeline<P>;
export function pipeline<A extends Sample, B extends Sample, C extends Sample, D extends Sample, E extends Sample, F extends Sample, G extends Sample, H extends Sample, I extends Sample, J extends Sample, K extends Sample, L extends Sample, M extends Sample, N extends Sample, O extends Sample, P extends Sample, Q extends Sample>(source: Source<A>, s1: Op<A, B>, s2: Op<B, C>, s3: Op<C, D>, s4: Op<D, E>, s5: Op<E, F>, s6: Op<F, G>, s7: Op<G, H>, s8: Op<H, I>, s9: Op<I, J>, s10: Op<J, K>, s11: Op<K, L>, s12: Op<L, M>, s13: Op<M, N>, s14: Op<N, O>, s15: Op<O, P>, s16: Op<P, Q>): Pipeline<Q>;
export function pipeline<A extends Sample, B extends Sample, C extends Sample, D extends Sample, E extends Sample, F extends Sample, G extends Sample, H extends Sample, I extends Sample, J extends Sample, K extends Sample, L extends Sample, M extends Sample, N extends Sample, O extends Sample, P extends Sample, Q extends Sample, R extends Sample>(source: Source<A>, s1: Op<A, B>, s2: Op<B, C>, s3: Op<C, D>, s4: Op<D, E>, s5: Op<E, F>, s6: Op<F, G>, s7: Op<G, H>, s8: Op<H, I>, s9: Op<I, J>, s10: Op<J, K>, s11: Op<K, L>, s12: Op<L, M>, s13: Op<M, N>, s14: Op<N, O>, s15: Op<O, P>, s16: Op<P, Q>, s17: Op<Q, R>): Pipeline<R>;
export function pipeline<A extends Sample, B extends Sample, C extends Sample, D extends Sample, E extends Sample, F extends Sample, G extends Sample, H extends Sample, I extends Sample, J extends Sample, K extends Sample, L extends Sample, M extends Sample, N extends Sample, O extends Sample, P extends Sample, Q extends Sample, R extends Sample, S extends Sample>(source: Source<A>, s1: Op<A, B>, s2: Op<B, C>, s3: Op<C, D>, s4: Op<D, E>, s5: Op<E, F>, s6: Op<F, G>, s7: Op<G, H>, s8: Op<H, I>, s9: Op<I, J>, s10: Op<J, K>, s11: Op<K, L>, s12: Op<L, M>, s13: Op<M, N>, s14: Op<N, O>, s15: Op<O, P>, s16: Op<P, Q>, s17: Op<Q, R>, s18: Op<R, S>): Pipeline<S>;
export function pipeline<A extends Sample, B extends Sample, C extends Sample, D extends Sample, E extends Sample, F extends Sample, G extends Sample, H extends Sample, I extends Sample, J extends Sample, K extends Sample, L extends Sample, M extends Sample, N extends Sample, O extends Sample, P extends Sample, Q extends Sample, R extends Sample, S extends Sample, T extends Sample>(source: Source<A>, s1: Op<A, B>, s2: Op<B, C>, s3: Op<C, D>, s4: Op<D, E>, s5: Op<E, F>, s6: Op<F, G>, s7: Op<G, H>, s8: Op<H, I>, s9: Op<I, J>, s10: Op<J, K>, s11: Op<K, L>, s12: Op<L, M>, s13: Op<M, N>, s14: Op<N, O>, s15: Op<O, P>, s16: Op<P, Q>, s17: Op<Q, R>, s18: Op<R, S>, s19: Op<S, T>): Pipeline<T>;
export function pipeline<A extends Sample, B extends Sample, C extends Sample, D extends Sample, E extends Sample, F extends Sample, G extends Sample, H extends Sample, I extends Sample, J extends Sample, K extends Sample, L extends Sample, M extends Sample, N extends Sample, O extends Sample, P extends Sample, Q extends Sample, R extends Sample, S extends Sample, T extends Sample, U extends Sample>(source: Source<A>, s1: Op<A, B>, s2: Op<B, C>, s3: Op<C, D>, s4: Op<D, E>, s5: Op<E, F>, s6: Op<F, G>, s7: Op<G, H>, s8: Op<H, I>, s9: Op<I, J>, s10: Op<J, K>, s11: Op<K, L>, s12: Op<L, M>, s13: Op<M, N>, s14: Op<N, O>, s15: Op<O, P>, s16: Op<P, Q>, s17: Op<Q, R>, s18: Op<R, S>, s19: Op<S, T>, s20: Op<T, U>): Pipeline<U>;
export function pipeline(source: Source<Sample>, ...given: readonly OperatorFunction<never, Sample>[]): Pipeline {
  if (typeof source !== 'object' || source === null || typeof source.open !== 'function') {
    throw new UsageError('pipeline: the first argument must be a source, such as readTar(...)');
  }
  const end: unknown = given.at(-1);
  const trains = isTrainsMark(end) ? end.trains : undefined;
  const operators = trains === undefined ? given : given.slice(0, -1);
  const names = new Set<string>([source.name]);
  let batched: string | undefined;
  const stages = operators.flatMap(partsOf).map((operator, index): PlacedStage => {
    if (typeof operator !== 'function') throw new UsageError(`pipeline: stage ${index + 1} must be an operator, got ${typeof operator}`);
    const options = isStage(operator) ? operator.stage : undefined;
    const name = options?.name ?? `rxjs#${index + 1}`;
    if (names.has(name)) {
      throw new UsageError(`pipeline: two stages are called \`${name}\`; randomness and cursors go by the name, so give one of them another: { name: '...' }`);
    }
    names.add(name);
    if (options?.arity === 'step' && batched === undefined) throw new UsageError(`pipeline: ${name} works on whole steps, so it stands after batch({ size })`);
    if (batched !== undefined && options?.arity !== 'step' && options?.arity !== 'sink') {
      throw new UsageError(`pipeline: ${name} stands after ${batched}, where only stages that work on whole steps may stand (such as mixup, or perStep); put it before`);
    }
    if (options?.arity === 'batch') batched = name;
    const connect: Connect<Sample, Sample> = options?.connect ?? ((context) => guard(operator as OperatorFunction<Sample, Sample>, context));
    return { name, options, connect };
  });
  const last: unknown = operators.at(-1);
  return { source, stages, sink: isSink(last) ? last : undefined, ...(trains === undefined ? {} : { trains }) };
}

/** The stages that each lane has, `batch` at their end, and those after it, which work on whole steps. Without `batch`, all are of the first kind. */
export function splitAtBatch({ stages }: Pipeline): { readonly batch: PlacedStage | undefined; readonly ofLanes: readonly PlacedStage[]; readonly ofSteps: readonly PlacedStepStage[] } {
  const place = stages.findIndex(({ options }) => options?.batchSize !== undefined);
  if (place === -1) return { batch: undefined, ofLanes: stages, ofSteps: [] };
  return { batch: stages[place], ofLanes: stages.slice(0, place + 1), ofSteps: stages.slice(place + 1).flatMap(({ name, options }) => (options?.step === undefined ? [] : [{ name, step: options.step }])) };
}

/** A pipeline whose last stage is a sink. */
export type SinkPipeline = Pipeline<Receipt>;

/** One line a stage, as `explain` prints it. */
export function describePipeline(pipe: Pipeline): string[] {
  const line = (name: string, arity: string, options: object): string => `${name} [${arity}] ${JSON.stringify(options)}`;
  return [
    line(pipe.source.name, 'source', pipe.source.options),
    ...pipe.stages.map((entry) => line(entry.name, entry.options?.arity ?? 'rxjs, guarded', entry.options?.options ?? {})),
    ...(pipe.trains === undefined ? [] : [line(pipe.trains.name, 'sink', pipe.trains.options)]),
  ];
}
