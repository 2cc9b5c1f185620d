/** `ok`; `warning`: works, but look at it; `problem`: something will not work. */
export type CheckStatus = 'ok' | 'warning' | 'problem';

/** One thing that `doctor` looked at. */
export interface Check {
  readonly name: string;
  readonly status: CheckStatus;
  /** What was found. */
  readonly found: string;
  /** What to do about it; with every warning and problem. */
  readonly todo?: string;
}

export function ok(name: string, found: string): Check {
  return { name, status: 'ok', found };
}

export function warning(name: string, found: string, todo: string): Check {
  return { name, status: 'warning', found, todo };
}

export function problem(name: string, found: string, todo: string): Check {
  return { name, status: 'problem', found, todo };
}
