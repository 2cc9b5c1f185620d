import { readFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { errnoOf, fileError } from './fileError.js';
import { localPath } from './localPath.js';
import { hostId, partialOwner } from './partialName.js';

/**
 * Remove what killed processes of this machine left unfinished in one folder (not below it).
 *
 * Only partials whose host is this one and whose process is gone: those of other machines on a shared file system stay, and a reused pid
 * keeps its partial. Should two machines be mistaken for one, a writer loses its partial and its `close` fails; no object is ever harmed.
 * @returns the names removed, sorted; a missing folder has none
 */
export async function removeStalePartials(folder: string): Promise<string[]> {
  const path = localPath(folder);
  const here = hostId();
  const removed: string[] = [];
  try {
    for (const name of (await readdir(path)).toSorted()) {
      const owner = partialOwner(name);
      if (owner === undefined || owner.hostId !== here || isAlive(owner.pid)) continue;
      await rm(`${path}/${name}`, { force: true });
      removed.push(name);
    }
  } catch (cause) {
    if (errnoOf(cause) !== 'ENOENT') throw fileError(cause, folder, 'remove unfinished files in');
  }
  return removed;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0); // signal 0 only asks
  } catch (cause) {
    return errnoOf(cause) !== 'ESRCH';
  }
  try {
    // A killed process that nobody waited for (a container without an init) still takes signals, but writes no more: state Z in proc(5).
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return true; // no /proc here
  }
}
