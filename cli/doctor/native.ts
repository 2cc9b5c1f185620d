import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ok, problem, type Check } from './check.js';
import type { ProbeName } from './probes.js';

const FRESH_INSTALL = 'install again for this machine: remove node_modules and run npm ci (native parts are chosen by platform, CPU and libc)';

/**
 * Whether a native library loads and works. In a process of its own: one that was built for another CPU does not throw, it ends the process.
 */
export async function checkNative(name: ProbeName, signal: AbortSignal, probe: string = fileURLToPath(new URL('probe.mjs', import.meta.url))): Promise<Check> {
  const { code, killedBy, out, err } = await run(process.execPath, [probe, name], signal);
  if (code === 0) return ok(name, out.trim());
  if (killedBy !== undefined) return problem(name, `the library ended its process (${killedBy})`, FRESH_INSTALL);
  return problem(name, `it does not work: ${/^\w*Error\b.*$/m.exec(err)?.[0] ?? `exit code ${code}`}`, FRESH_INSTALL);
}

export interface Ended {
  /** undefined when a signal ended it, or it could not be started. */
  readonly code: number | undefined;
  readonly killedBy: string | undefined;
  readonly out: string;
  readonly err: string;
}

/** Run a program to its end; one that is not there has no code. Aborted: throws the signal's reason. */
export function run(program: string, args: readonly string[], signal: AbortSignal): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], signal });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    child.on('error', (error) => (signal.aborted ? reject(error) : resolve({ code: undefined, killedBy: undefined, out, err: error.message })));
    child.on('close', (code, killedBy) => resolve({ code: code ?? undefined, killedBy: killedBy ?? undefined, out, err }));
  });
}
