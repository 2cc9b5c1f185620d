import { BudgetError, exitCodes, StoppedError, UsageError } from '../engine/errors.js';
import { StoreError } from '../storage/objectStore.js';
import { ModelError } from '../models/modelError.js';

/** Which exit code an error means; the outermost kind that is known decides. */
export function exitCodeOf(error: unknown): number {
  for (let entry = error, depth = 0; entry instanceof Error && depth < 16; entry = entry.cause, depth += 1) {
    if (entry instanceof UsageError || entry instanceof ModelError || entry.name === 'ModelError') return exitCodes.usage;
    if (entry instanceof StoreError && entry.code === 'bad-url') return exitCodes.usage;
    if (entry instanceof BudgetError) return exitCodes.budgetExceeded;
    if (entry instanceof StoppedError) return exitCodes.stopped;
  }
  return exitCodes.failed;
}
