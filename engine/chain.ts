import type { Observable, OperatorFunction } from 'rxjs';
import { UsageError } from './errors.js';
import type { Sample } from './sample.js';
import { isStage, stage, stageRandom, type Stage } from './stage.js';

/** Stages that stand one behind the other under one name. */
export interface Chain<A extends Sample, B extends Sample> extends Stage<A, B> {
  readonly parts: readonly Stage<never, Sample>[];
}

/**
 * Several stages as one operator. In a pipeline each part stands as a stage of its own, with its name, draws, counts, drops and cursor, as if the parts had
 * been written there one by one; outside, the chain is one RxJS operator. For stages that are made of data, such as those of `preprocess`: the compiler does
 * not see how the parts fit together, so who makes a chain says what goes in and what comes out.
 *
 * @throws UsageError for a chain without parts
 */
export function chain<A extends Sample, B extends Sample>(name: string, parts: readonly Stage<never, Sample>[]): Chain<A, B> {
  if (parts.length === 0) throw new UsageError(`${name}: a chain needs at least one stage`);
  const whole = stage<A, B>({
    name,
    arity: 'one',
    options: { parts: parts.map(({ stage: { name: part, options = {} } }) => ({ name: part, options })) },
    connect: (context) => (source) =>
      parts.reduce<Observable<unknown>>((stream, { stage: part }) => {
        const own = { ...context, name: part.name, random: (origin: Sample['origin'], ...salt: readonly (string | number)[]) => stageRandom(context.seed, part.name, origin, salt) };
        return (part.connect(own) as OperatorFunction<unknown, unknown>)(stream);
      }, source) as ReturnType<ReturnType<Stage<A, B>['stage']['connect']>>,
  });
  return Object.assign(whole, { parts });
}

/** The stages that an operator stands for in a pipeline: those of a chain, or itself. */
export function partsOf<O extends OperatorFunction<never, Sample>>(operator: O): readonly (O | Stage<never, Sample>)[] {
  return isStage(operator) && 'parts' in operator ? (operator as unknown as Chain<Sample, Sample>).parts.flatMap(partsOf) : [operator];
}
