import { UsageError } from './errors.js';

/** @throws UsageError that names the stage, the option, its range and the value got */
export function checkInteger(stage: string, option: string, value: unknown, min: number, max: number = Number.MAX_SAFE_INTEGER): void {
  if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max) {
    throw new UsageError(`${stage}: \`${option}\` must be an integer from ${min}${max === Number.MAX_SAFE_INTEGER ? ' up' : ` to ${max}`}, got ${String(value)}`);
  }
}

/** @throws UsageError that names the stage, the option, its range and the value got */
export function checkNumber(stage: string, option: string, value: unknown, min: number, max: number): void {
  if (typeof value !== 'number' || !(value >= min && value <= max)) {
    throw new UsageError(`${stage}: \`${option}\` must be a number from ${min} to ${max}, got ${String(value)}`);
  }
}
