/** What a command may touch of the process; tests pass their own. */
export interface Io {
  /** The result, and nothing else. */
  out(text: string): void;
  /** Progress, warnings, errors. */
  err(text: string): void;
  readonly errIsTerminal: boolean;
  /** Aborted by SIGTERM or SIGINT. */
  readonly signal: AbortSignal;
}

/** A subcommand: `millrace NAME ...`. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** @returns the exit code */
  run(args: readonly string[], io: Io): Promise<number>;
}

/** Text from data, fit for a terminal: no control characters. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => (character === '\n' || character === '\t' ? character : '\ufffd'));
}

export function bytesText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  let value = bytes;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** `, bytes 512 to 2048`, the end not included; nothing where a record has no bytes of its own. */
export function byteRangeText({ byte, endByte }: { readonly byte?: number; readonly endByte?: number }): string {
  return byte === undefined || endByte === undefined || endByte <= byte ? '' : `, bytes ${byte} to ${endByte}`;
}

export function durationText(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?';
  if (seconds < 60) return `${seconds.toFixed(0)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}
