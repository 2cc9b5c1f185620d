/** What a run ends with; the numbers are the process's exit codes. */
export const exitCodes = {
  complete: 0,
  /** A failure, also a `verify` that finds a difference. */
  failed: 1,
  /** Options, recipe, missing input. */
  usage: 2,
  budgetExceeded: 3,
  /** Stopped with durable state (EX_TEMPFAIL): run the same command again. */
  stopped: 75,
} as const;

/** A person has to change an option, the recipe or the input. Exit code 2. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
}

/** The checkpoint, plan or output belongs to another recipe. Exit code 2; the message is a readable difference. */
export class FingerprintError extends UsageError {
  override readonly name = 'FingerprintError';
}

/** More samples were refused than the budget allows. Exit code 3. */
export class BudgetError extends Error {
  override readonly name = 'BudgetError';
}

/** The run was asked to stop (SIGTERM, SIGINT, an abort signal); marked work is durable. Exit code 75. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
}

/** A law of the engine was broken by a stage: it lost, doubled or invented samples, or disagreed with its own replay. */
export class LawError extends Error {
  override readonly name = 'LawError';
}

/** An environment fault or a bug inside a stage, with where it happened. The original error is the `cause`. */
export class StageError extends Error {
  override readonly name = 'StageError';
  readonly stage: string;

  constructor(stage: string, where: string | undefined, cause: unknown) {
    super(`${stage}${where === undefined ? '' : ` at ${where}`}: ${messageOf(cause)}`, { cause });
    this.stage = stage;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The first error in the chain of causes that `is` accepts. */
export function findCause<E extends Error>(error: unknown, is: (candidate: unknown) => candidate is E): E | undefined {
  for (let entry = error, depth = 0; entry !== undefined && depth < 16; depth += 1) {
    if (is(entry)) return entry;
    entry = entry instanceof Error ? entry.cause : undefined;
  }
  return undefined;
}
