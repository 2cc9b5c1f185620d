import { createHash, type Hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openFileWriter } from '../../storage/fileWriter.js';
import { ModelError } from '../modelError.js';
import type { HubClient, HubFile } from './hubClient.js';

/** `model.json` of a pulled model: what was taken, of which revision. The first pull writes it, later ones hold the hub against it. */
export interface PulledModel {
  readonly version: 1;
  readonly repo: string;
  readonly revision: string;
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly digest: string; readonly sha256: string }>>;
}

export interface PullOptions {
  readonly hub: HubClient;
  readonly repo: string;
  readonly files: readonly string[];
  /** The folder of this model. */
  readonly folder: string;
  /** A commit, tag or branch. @default the revision recorded in the folder, else `main` */
  readonly revision?: string;
  readonly signal?: AbortSignal;
  readonly onFile?: (file: string, what: 'there' | 'pulled', bytes: number) => void;
}

const ATTEMPTS = 3;

/**
 * Bring the files of a model of the hub into a folder: of one commit, each held against the digest that the hub told before, under its name only when
 * it is whole. The commit and the digests are recorded; a folder that has a record is brought to that commit again, and a hub that tells other digests
 * for it is refused. What is there already and right is not pulled again.
 *
 * @throws ModelError
 */
export async function pullModel({ hub, repo, files, folder, revision, signal, onFile }: PullOptions): Promise<PulledModel> {
  const recorded = await readPulled(folder);
  if (recorded !== undefined && recorded.repo !== repo) throw new ModelError(`${folder} holds ${recorded.repo}, not ${repo}; choose another folder`);
  const asked = revision ?? recorded?.revision ?? 'main';
  const told = new Map<string, HubFile>();
  let commit = asked;
  for (const file of files) {
    const found = await hub.look(repo, commit, file);
    if (told.size > 0 && found.commit !== commit) throw new ModelError(`${repo} at ${commit} answers with commit ${found.commit}`);
    commit = found.commit; // a branch may move between two questions
    told.set(file, found);
    const before = recorded?.revision === commit ? recorded.files[file] : undefined;
    if (before !== undefined && before.digest !== found.digest) {
      throw new ModelError(`${repo} at ${commit} has another ${file} than when it was first pulled (digest ${before.digest}, now ${found.digest}); a commit cannot change: do not trust this hub`);
    }
  }
  const done: Record<string, PulledModel['files'][string]> = {};
  for (const [file, found] of told) {
    const there = await sha256If(join(folder, file), found);
    const sha256 = there ?? (await pullFile(hub, repo, commit, file, found, folder, signal));
    done[file] = { bytes: found.bytes, digest: found.digest, sha256 };
    onFile?.(file, there === undefined ? 'pulled' : 'there', found.bytes);
  }
  const pulled: PulledModel = { version: 1, repo, revision: commit, files: done };
  await writeText(join(folder, 'model.json'), `${JSON.stringify(pulled, undefined, 1)}\n`);
  return pulled;
}

/** The record of a folder; undefined where there is none. @throws ModelError for one that is damaged */
export async function readPulled(folder: string): Promise<PulledModel | undefined> {
  const path = join(folder, 'model.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
  try {
    const pulled = JSON.parse(text) as PulledModel;
    if (pulled.version === 1 && typeof pulled.repo === 'string' && /^[0-9a-f]{40}$/.test(pulled.revision) && typeof pulled.files === 'object') return pulled;
  } catch {
    // told below
  }
  throw new ModelError(`${path} is damaged; remove it and pull again`);
}

async function pullFile(hub: HubClient, repo: string, commit: string, file: string, found: HubFile, folder: string, signal: AbortSignal | undefined): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const [check, sha256] = [hashOf(found), createHash('sha256')];
    const writer = await openFileWriter(join(folder, file));
    try {
      let bytes = 0;
      for await (const chunk of hub.read(repo, commit, file, signal)) {
        check.update(chunk);
        sha256.update(chunk);
        bytes += chunk.byteLength;
        await writer.write(chunk);
      }
      if (bytes !== found.bytes || check.digest('hex') !== found.digest) throw new ModelError(`${repo}/${file} came with ${bytes} bytes that are not those the hub told (${found.bytes} bytes, digest ${found.digest}); pull again`);
      await writer.close();
      return sha256.digest('hex');
    } catch (error) {
      await writer.abort();
      if (signal?.aborted === true || attempt >= ATTEMPTS) throw error;
    }
  }
}

/** sha256 of a file that is what the hub told; undefined for any other. */
async function sha256If(path: string, found: HubFile): Promise<string | undefined> {
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes?.byteLength !== found.bytes || hashOf(found).update(bytes).digest('hex') !== found.digest) return undefined;
  return createHash('sha256').update(bytes).digest('hex');
}

/** The hub's digest of a file, begun: 64 hex digits are sha256, 40 are git's. */
function hashOf({ digest, bytes }: HubFile): Hash {
  return digest.length === 64 ? createHash('sha256') : createHash('sha1').update(`blob ${bytes}\0`);
}

async function writeText(path: string, text: string): Promise<void> {
  const writer = await openFileWriter(path);
  try {
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
  } catch (error) {
    await writer.abort();
    throw error;
  }
}
