import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkCheckpoint, mergeCheckpoints, type Checkpoint } from '../engine/checkpoint.js';
import { messageOf, UsageError } from '../engine/errors.js';

/** Checkpoints that each rank keeps of itself: the latest, and the one before in case a rank died while it wrote. */
const KEPT = 2;
const NAME = /^step-(\d+)\.lane-(\d+)\.json$/;

/** Save this rank's part of a checkpoint in a folder that all ranks share; atomic; the last two steps are kept. */
export async function saveCheckpoint(folder: string, checkpoint: Checkpoint): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, `step-${String(checkpoint.step).padStart(9, '0')}.lane-${checkpoint.firstLane}.json`);
  const scratch = `${file}.partial-${process.pid}`;
  await writeFile(scratch, `${JSON.stringify(checkpoint)}\n`);
  await rename(scratch, file);
  const own = (await readdir(folder)).filter((name) => NAME.exec(name)?.[2] === String(checkpoint.firstLane)).sort();
  for (const name of own.slice(0, -KEPT)) await rm(join(folder, name));
  return file;
}

/**
 * Read a checkpoint: a file with all lanes, or a folder, of which the latest step that is whole over all ranks is taken.
 * @throws UsageError when there is none, or it is damaged
 */
export async function loadCheckpoint(path: string): Promise<Checkpoint> {
  const there = await stat(path).catch(() => undefined);
  if (there === undefined) throw new UsageError(`no checkpoint ${path}: there is no such file or folder`);
  if (!there.isDirectory()) return mergeCheckpoints([await readPart(path)]);
  const steps = new Map<number, string[]>();
  for (const name of await readdir(path)) {
    const match = NAME.exec(name);
    if (match !== null) steps.set(Number(match[1]), [...(steps.get(Number(match[1])) ?? []), join(path, name)]);
  }
  let problem: unknown = new UsageError(`no checkpoint in ${path}: it has no step-*.json`);
  for (const [, files] of [...steps].sort(([a], [b]) => b - a)) {
    try {
      return mergeCheckpoints(await wholeWorld(await Promise.all(files.map(readPart))));
    } catch (error) {
      problem = error;
    }
  }
  throw problem;
}

/** Parts of one step left by runs of different world sizes overlap: take a set that fits together. */
async function wholeWorld(parts: readonly Checkpoint[]): Promise<readonly Checkpoint[]> {
  for (const size of new Set(parts.map((part) => part.cursors.length))) {
    const same = parts.filter((part) => part.cursors.length === size);
    if (same.length * size === parts[0]?.lanes) return same;
  }
  return parts;
}

async function readPart(file: string): Promise<Checkpoint> {
  try {
    return checkCheckpoint(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new UsageError(`${file}: ${messageOf(error)}`, { cause: error });
  }
}
