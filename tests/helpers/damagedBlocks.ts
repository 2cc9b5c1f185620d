import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** The files of a cache that bear a block's name and are not what their digest says. */
export function damagedBlocks(folder: string): string[] {
  return filesOf(folder).filter((path) => /\/[0-9a-f]{64}$/.test(path)).filter((path) => {
    let file: Buffer;
    try {
      file = readFileSync(path);
    } catch {
      return false; // cleared meanwhile
    }
    return !createHash('sha256').update(file.subarray(32)).digest().equals(file.subarray(0, 32));
  });
}
