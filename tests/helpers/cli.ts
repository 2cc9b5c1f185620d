import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execute } from '../../cli/main.js';
import { shardBytes, type ShardOptions } from './shards.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
export const MILLRACE = join(root, 'cli/millrace.mjs');
export const COPY = join(root, 'tests/helpers/recipes/copy.ts');

export interface Outcome {
  readonly code: number | null;
  readonly signal?: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** A command in this process: all of the command line but its start. */
export async function millrace(args: readonly string[], signal: AbortSignal = new AbortController().signal): Promise<Outcome> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await execute(args, { out: (text) => void out.push(text), err: (text) => void err.push(text), errIsTerminal: false, signal });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

export interface Spawned {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly done: Promise<Outcome>;
}

export interface SpawnOptions {
  /** In a process group of its own, to signal as a whole. */
  readonly detached?: boolean;
  readonly command?: readonly string[];
  /** Variables beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A command as a process of its own. */
export function spawnMillrace(args: readonly string[], { detached = false, command = [MILLRACE], env = {} }: SpawnOptions = {}): Spawned {
  const child = spawn(process.execPath, [...command, ...args], { detached, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const done = once(child, 'close').then(([code, signal]) => ({ code: code as number | null, signal: signal as NodeJS.Signals | null, out, err }));
  return { child, pid: child.pid as number, done };
}

/** `folder/00000.tar` and so on, one for each count of records. */
export async function makeShards(folder: string, records: readonly number[], options: ShardOptions = {}): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [shard, count] of records.entries()) await writeFile(`${folder}/${String(shard).padStart(5, '0')}.tar`, shardBytes(shard, count, options));
}

/** Every file of an output that is compared, hidden ones too: name to latin1 text, without `_millrace/`. */
export function tree(folder: string): Record<string, string> {
  const names = readdirSync(folder).filter((name) => name !== '_millrace').toSorted();
  return Object.fromEntries(names.map((name) => [name, readFileSync(`${folder}/${name}`, 'latin1')]));
}

/** What a finished run must not leave behind: scratch, claims, partial files. */
export function litter(folder: string): string[] {
  const kept = (name: string): boolean => name === '_millrace/plan.json' || name.startsWith('_millrace/runs/') || /^\d{5}(-\d\d)?(\.tar|_stats\.json)$/.test(name);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((name) => !kept(name) || basename(name).startsWith('.'));
}

/** Processes whose parent is `pid`. Linux only. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(parent) === pid && state !== 'Z' ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

/** The lane processes of a run: those of its children that are Node running laneProcess.mjs. */
export function lanesOf(pid: number): number[] {
  return childrenOf(pid).filter((child) => commandOf(child).includes('laneProcess.mjs'));
}

export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}

export function isAlive(pid: number): boolean {
  return !['', 'Z'].includes(stateOf(pid));
}

/** It has ended, and nobody has asked how. */
export function isZombie(pid: number): boolean {
  return stateOf(pid) === 'Z';
}

function stateOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[0] as string;
  } catch {
    return '';
  }
}

export async function until(what: () => boolean, timeoutMs = 20_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!what()) {
    if (Date.now() > end) throw new Error(`not within ${timeoutMs} ms: ${what.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
