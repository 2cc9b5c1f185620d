import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { checkCheckpoint, mergeCheckpoints, type Checkpoint } from '../engine/checkpoint.js';
import { messageOf, UsageError } from '../engine/errors.js';
import { trainedPosition } from './trainFiles.js';

const STEP = /^step-(\d+)$/;
const NAME = /^step-(\d+)\.lanes-(\d+)-(\d+)-of-(\d+)(\.ended)?\.json$/;

/** What the name of a part says: enough to know which steps are whole without reading a file. */
interface Part {
  readonly name: string;
  readonly step: number;
  readonly first: number;
  /** The lane after its last. */
  readonly end: number;
  readonly lanes: number;
  readonly ended: boolean;
}

/**
 * Save this rank's part of a checkpoint in a folder that all ranks share; atomic. Older steps go once `keep` newer ones are whole over all ranks;
 * later parts that begin in this rank's lanes, of a lineage that was rolled back, go at once.
 *
 * @param keep whole steps to keep: the latest, the one before in case the latest turns out damaged, and more to roll back to
 * @throws UsageError, and writes nothing, when that would remove a checkpoint of another recipe
 */
export async function saveCheckpoint(folder: string, checkpoint: Checkpoint, keep = 2): Promise<string> {
  await mkdir(folder, { recursive: true });
  const { step, lanes, firstLane, cursors, ended = false } = checkpoint;
  const end = firstLane + cursors.length;
  const name = `step-${String(step).padStart(9, '0')}.lanes-${firstLane}-${end - 1}-of-${lanes}${ended ? '.ended' : ''}.json`;
  const there = await partsIn(folder);
  const later = there.filter((part) => part.step > step && owned(part));
  for (const part of later) await refuseForeign(folder, part, checkpoint);

  const scratch = join(folder, `${name}.partial-${process.pid}`);
  await writeFile(scratch, `${JSON.stringify(checkpoint)}\n`);
  await rename(scratch, join(folder, name));

  const left = [...there.filter((part) => !later.includes(part) && part.name !== name), { name, step, first: firstLane, end, lanes, ended }];
  // Steps after this one may be a dead lineage's that the other ranks have not removed yet: they keep nothing and drop nothing.
  const whole = stepsOf(left).filter((candidate) => candidate <= step && coverOf(left, candidate) !== undefined).slice(0, keep);
  const needed = new Set(whole.flatMap((candidate) => coverOf(left, candidate) ?? []).map((part) => part.name));
  const oldest = whole.length < keep ? -1 : (whole.at(-1) as number);
  const old = left.filter((part) => part.step < oldest && !needed.has(part.name));
  for (const part of [...later, ...old]) await rm(join(folder, part.name), { force: true });
  return join(folder, name);

  function owned(part: Part): boolean {
    return part.first >= firstLane && part.first < end;
  }
}

/**
 * Read a checkpoint: a file with all lanes, or a folder, of which the latest step that is whole over all ranks is taken, or `FOLDER/step-N`. Of a training
 * checkpoint, its data position.
 * @throws UsageError when there is none, or it is damaged
 */
export async function loadCheckpoint(path: string): Promise<Checkpoint> {
  const trained = await trainedPosition(path);
  if (trained !== undefined) return trained;
  const there = await stat(path).catch(() => undefined);
  const asked = STEP.exec(basename(path));
  if (there === undefined && asked !== null) return await loadStep(dirname(path), Number(asked[1]));
  if (there === undefined) throw new UsageError(`no checkpoint ${path}: there is no such file or folder`);
  if (!there.isDirectory()) return mergeCheckpoints([await readPart(path)]);
  const parts = await partsIn(path);
  let problem: unknown;
  for (const step of stepsOf(parts)) {
    try {
      return await readStep(path, parts, step);
    } catch (error) {
      problem ??= error;
    }
  }
  throw problem ?? new UsageError(`no checkpoint in ${path}: it has no step-*.json`);
}

async function loadStep(folder: string, step: number): Promise<Checkpoint> {
  const parts = await partsIn(folder).catch(() => []);
  const steps = stepsOf(parts);
  if (steps.includes(step)) return await readStep(folder, parts, step);
  throw new UsageError(`no checkpoint of step ${step} in ${folder}: ${steps.length === 0 ? 'it has no step-*.json' : `there are ${steps.toReversed().join(', ')}; \`--keep\` keeps more`}`);
}

async function readStep(folder: string, parts: readonly Part[], step: number): Promise<Checkpoint> {
  const cover = coverOf(parts, step) ?? parts.filter((part) => part.step === step);
  return mergeCheckpoints(await Promise.all(cover.map((part) => readPart(join(folder, part.name)))));
}

async function partsIn(folder: string): Promise<readonly Part[]> {
  return (await readdir(folder)).flatMap((name) => {
    const match = NAME.exec(name);
    if (match === null) return [];
    const [step, first, last, lanes] = match.slice(1, 5).map(Number) as [number, number, number, number];
    return [{ name, step, first, end: last + 1, lanes, ended: match[5] !== undefined }];
  });
}

/** The latest first. */
function stepsOf(parts: readonly Part[]): readonly number[] {
  return [...new Set(parts.map((part) => part.step))].toSorted((a, b) => b - a);
}

/**
 * Parts that hold every lane once at `step`; undefined when there are none. Parts left by runs of different world sizes may overlap; lanes that
 * ended before are represented by their last part.
 */
function coverOf(parts: readonly Part[], step: number, next = 0): readonly Part[] | undefined {
  const usable = parts.filter((part) => part.first === next && (part.step === step || (part.ended && part.step < step)));
  for (const part of usable.toSorted((a, b) => b.step - a.step)) {
    const rest = part.end === part.lanes ? [] : coverOf(parts, step, part.end);
    if (rest !== undefined) return [part, ...rest];
  }
  return undefined;
}

async function refuseForeign(folder: string, part: Part, checkpoint: Checkpoint): Promise<void> {
  const saved = await readPart(join(folder, part.name)).catch(() => undefined);
  if (saved === undefined || saved.fingerprint.digest === checkpoint.fingerprint.digest) return;
  throw new UsageError(`${folder} holds a later checkpoint of another recipe or seed (${part.name}), which a checkpoint of step ${checkpoint.step} would replace; save into another folder, or remove it`);
}

async function readPart(file: string): Promise<Checkpoint> {
  try {
    return checkCheckpoint(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new UsageError(`${file}: ${messageOf(error)}`, { cause: error });
  }
}
