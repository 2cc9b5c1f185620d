import { open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { checkCheckpoint, type Checkpoint } from '../engine/checkpoint.js';
import { FingerprintError, messageOf, UsageError } from '../engine/errors.js';
import { fingerprintDifference, sha256, type Fingerprint } from '../engine/fingerprint.js';
import { canonicalJson } from '../engine/json.js';
import { decodeMetadata, decodeSafetensors, encodeSafetensors, type SafetensorsFile, type SafeTensor } from '../formats/safetensors/safetensors.js';
import type { TrainerState } from '../models/train/trainer.js';
import type { TrainPlan } from '../sinks/train.js';
import { makeFolder, syncFolder } from '../storage/durableFolder.js';

const VERSION = 1;
const NAME = /^step-(\d{9})\.safetensors$/;

/** Weights, optimizer, schedule and data position of one step: they are one file, so none is ever without the others. */
export interface TrainingCheckpoint {
  readonly state: TrainerState;
  readonly stream: Checkpoint;
  /** What was trained, and how. */
  readonly training: Fingerprint;
}

/** What decides what is learned, beside the data: the model, its training and the seed of the weights. */
export function trainingFingerprint({ model, training }: TrainPlan, seed: number): Fingerprint {
  const lines = { model: `${model.name} ${canonicalJson(model.options)}`, training: canonicalJson(training), 'seed of the weights': String(seed) };
  return { digest: sha256(canonicalJson(lines)), lines };
}

/**
 * Save a checkpoint as `FOLDER/step-N.safetensors`; durable and whole when it resolves, under another name until then. Older ones go but for the newest
 * `keep`, later ones too: they are of a run that was rolled back.
 */
export async function saveTraining(folder: string, { state, stream, training }: TrainingCheckpoint, keep: number): Promise<string> {
  await makeFolder(folder);
  const metadata = { millrace: JSON.stringify({ version: VERSION, updates: state.updates, stream, training }) };
  const path = fileOf(folder, stream.step);
  await writeSafetensors(path, { tensors: state.tensors, metadata });
  const others = (await stepsIn(folder)).filter((step) => step !== stream.step);
  const old = [...others.filter((step) => step > stream.step), ...others.filter((step) => step < stream.step).slice(keep - 1)];
  for (const step of old) await rm(fileOf(folder, step), { force: true });
  return path;
}

/**
 * The latest checkpoint of a folder, or the file itself; undefined where there is none.
 * @throws UsageError when it is damaged; FingerprintError with the difference when another model was trained, or otherwise
 */
export async function loadTraining(path: string, now: Fingerprint): Promise<TrainingCheckpoint | undefined> {
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory() === false) return await readTraining(path, now);
  const [step] = there === undefined ? [] : await stepsIn(path);
  return step === undefined ? undefined : await readTraining(fileOf(path, step), now);
}

interface Header {
  readonly updates: number;
  readonly stream: Checkpoint;
  readonly training: Fingerprint;
}

function headerOf({ millrace = 'null' }: Readonly<Record<string, string>>): Header {
  const json = JSON.parse(millrace) as (Header & { readonly version?: unknown }) | null;
  if (json === null || json.version !== VERSION) throw new RangeError(`not a training checkpoint of version ${VERSION}`);
  return { ...json, stream: checkCheckpoint(json.stream) };
}

async function readTraining(path: string, now: Fingerprint): Promise<TrainingCheckpoint> {
  let saved: Header;
  let tensors: ReadonlyMap<string, SafeTensor>;
  try {
    const file = decodeSafetensors(await readWhole(path));
    saved = headerOf(file.metadata);
    ({ tensors } = file);
  } catch (error) {
    throw new UsageError(`${path}: ${messageOf(error)}`, { cause: error });
  }
  if (saved.training.digest !== now.digest) throw new FingerprintError(`${path} was trained otherwise:\n  ${fingerprintDifference(saved.training, now).join('\n  ')}`);
  return { state: { updates: saved.updates, tensors }, stream: saved.stream, training: saved.training };
}

/**
 * The data position of a training checkpoint: of a file, of `FOLDER/step-N` or of the latest one of a folder; undefined where there is none. Only its header is read.
 * @throws UsageError when it is damaged
 */
export async function trainedPosition(path: string): Promise<Checkpoint | undefined> {
  const there = await stat(path).catch(() => undefined);
  const asked = /^step-(\d+)$/.exec(basename(path));
  let file = path;
  if (there === undefined) {
    if (asked === null || !(await stepsIn(dirname(path)).catch((): readonly number[] => [])).includes(Number(asked[1]))) return undefined;
    file = fileOf(dirname(path), Number(asked[1]));
  } else if (there.isDirectory()) {
    const [latest] = await stepsIn(path);
    if (latest === undefined) return undefined;
    file = fileOf(path, latest);
  } else if (!path.endsWith('.safetensors')) return undefined;
  try {
    return headerOf(await readMetadata(file)).stream;
  } catch (error) {
    throw new UsageError(`${file}: ${messageOf(error)}`, { cause: error });
  }
}

/** The weights alone, by the names of the papers; their running mean where there is one. */
export async function writeWeights(path: string, { tensors }: TrainerState, about: Readonly<Record<string, string>>): Promise<void> {
  const averaged = [...tensors.keys()].some((name) => name.startsWith('average/'));
  const prefix = averaged ? 'average/' : 'weights/';
  const chosen = new Map([...tensors].filter(([name]) => name.startsWith(prefix)).map(([name, tensor]) => [name.slice(prefix.length), tensor]));
  await makeFolder(dirname(path));
  await writeSafetensors(path, { tensors: chosen, metadata: about });
}

async function writeSafetensors(path: string, file: SafetensorsFile): Promise<void> {
  const partial = join(dirname(path), `.${basename(path)}.partial-${process.pid}`);
  const handle = await open(partial, 'w');
  try {
    for (const piece of encodeSafetensors(file)) await writeAll(handle, piece);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(partial, path);
  await syncFolder(dirname(path));
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at, Math.min(bytes.length - at, 2 ** 30))).bytesWritten;
}

/** Of the file's header alone: weights may be gigabytes. */
async function readMetadata(path: string): Promise<Readonly<Record<string, string>>> {
  const handle = await open(path, 'r');
  try {
    const start = Buffer.alloc(8);
    await handle.read(start, 0, 8, 0);
    const header = Buffer.alloc(8 + Math.min(Number(start.readBigUInt64LE()), (await handle.stat()).size));
    await handle.read(header, 0, header.length, 0);
    return decodeMetadata(header);
  } finally {
    await handle.close();
  }
}

/** `readFile` refuses files of 2 GiB. */
async function readWhole(path: string): Promise<Uint8Array> {
  const handle = await open(path, 'r');
  try {
    const bytes = new Uint8Array((await handle.stat()).size);
    for (let at = 0; at < bytes.length; ) {
      const { bytesRead } = await handle.read(bytes, at, Math.min(bytes.length - at, 2 ** 30), at);
      if (bytesRead === 0) throw new RangeError('the file became shorter while it was read');
      at += bytesRead;
    }
    return bytes;
  } finally {
    await handle.close();
  }
}

function fileOf(folder: string, step: number): string {
  return join(folder, `step-${String(step).padStart(9, '0')}.safetensors`);
}

/** The latest first. */
async function stepsIn(folder: string): Promise<readonly number[]> {
  return (await readdir(folder)).flatMap((name) => NAME.exec(name)?.slice(1, 2).map(Number) ?? []).toSorted((a, b) => b - a);
}
