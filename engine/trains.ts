/** What a recipe ends in by `train(...)`: a model and how it is trained. The engine carries it, prints it, and does not look inside. */
export interface Trains {
  readonly name: string;
  /** Plain JSON. */
  readonly options: object;
}

/** The operator behind `batch` that says so. It is no stage: no lane runs it, and the samples of a step do not depend on it. */
export interface TrainsMark {
  readonly trains: Trains;
}

export function isTrainsMark(operator: unknown): operator is TrainsMark {
  return typeof operator === 'function' && 'trains' in operator;
}
