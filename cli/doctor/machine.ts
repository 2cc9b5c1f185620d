import { access, statfs } from 'node:fs/promises';
import { arch, availableParallelism, platform, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { bytesText } from '../io.js';
import { ok, problem, warning, type Check } from './check.js';

const GIB = 2 ** 30;
/** Half of it is a run's default budget of decoded bytes. */
const LITTLE_MEMORY = 2 * GIB;
/** One output shard at writeTar's default size. */
const LITTLE_DISK = GIB;

/** Node's version against `engines` of package.json. */
export function checkNode(version: string = process.versions.node): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const fits = major > 20 || (major === 20 && minor >= 19);
  const found = `Node ${version} on ${platform()} ${arch()}`;
  return fits ? ok('node', found) : problem('node', found, 'install Node 20.19 or later: https://nodejs.org');
}

/** Cores and memory that this process may use: in a container, those of the container. */
export function checkMachine(): Check {
  // 0 or a number far beyond the machine: nothing limits the process.
  const limit = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  const memory = Math.min(totalmem(), limit);
  const found = `${availableParallelism()} cores, ${bytesText(memory)} of memory${limit < totalmem() ? ` (a limit; the machine has ${bytesText(totalmem())})` : ''}`;
  if (memory >= LITTLE_MEMORY) return ok('machine', found);
  return warning('machine', found, `a run holds up to 1 GiB of decoded samples unless told otherwise; give --max-in-flight-bytes, such as ${Math.max(64, Math.floor(memory / 4 / 2 ** 20))}M`);
}

/** Free space where `path` is, or will be. */
export async function checkDisk(path: string): Promise<Check> {
  let folder = path;
  while (folder !== dirname(folder) && !(await isThere(folder))) folder = dirname(folder);
  try {
    const { bavail, bsize } = await statfs(folder);
    const found = `${bytesText(bavail * bsize)} free at ${folder}`;
    return bavail * bsize >= LITTLE_DISK ? ok('disk', found) : warning('disk', found, 'an output shard is up to 1 GiB, and is written under another name first; free some space');
  } catch (error) {
    return warning('disk', `the free space at ${folder} is not known: ${(error as Error).message}`, 'look with df');
  }
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(() => true, () => false);
}
