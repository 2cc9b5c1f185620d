import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

const PARTIAL = /^\..*\.partial-([0-9a-f]{8})-(\d+)-[0-9a-f]{12}$/s;

/**
 * A fresh hidden name for the unfinished file `name`: `.name.partial-<host>-<pid>-<random>`. Host and pid let `removeStalePartials` tell
 * whose it is. A long name is cut so that the whole stays below the 255 bytes of common file systems.
 */
export function partialName(name: string): string {
  return `.${Array.from(name).slice(0, 40).join('')}.partial-${hostId()}-${process.pid}-${randomBytes(6).toString('hex')}`;
}

/** Who made the partial of this file name; undefined when the name is not a partial's. */
export function partialOwner(fileName: string): { readonly hostId: string; readonly pid: number } | undefined {
  const match = PARTIAL.exec(fileName);
  return match === null ? undefined : { hostId: match[1]!, pid: Number(match[2]) };
}

/** 8 hex digits for the space in which a pid means this process: machine and, for containers, pid namespace. */
export function hostId(): string {
  const facts = [hostname(), orNone(() => readFileSync('/etc/machine-id', 'utf8')), orNone(() => readlinkSync('/proc/self/ns/pid'))];
  return createHash('sha256').update(facts.join('\n')).digest('hex').slice(0, 8);
}

function orNone(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
