import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export interface RendezvousOptions {
  readonly rank: number;
  readonly ranks: number;
  /** Same for all ranks of one run, different for different runs: the run's fingerprint and first step. */
  readonly run: string;
  /** A rank that others wait for longer than this is late. Milliseconds. */
  readonly lateAfterMs: number;
  readonly signal: AbortSignal;
}

const POLL_MS = 10;
const NAME = /^(.+)\.step-(\d+)\.rank-(\d+)-of-(\d+)\.([01])$/;

/**
 * Where the ranks of a streaming run meet at each step, without a network of their own: in a folder that all of them see. Each writes an empty file named by
 * its step and whether it has that step, and waits for those of the others. What a trainer's all-reduce of one bit does; here for `millrace order`.
 *
 * The files of a run that was killed may stay behind: they say what they would say again, since a rank's steps are a function of the run.
 *
 * @returns `agree` for `stream.steps`: has any rank this step? Rejects, naming them and their last steps, when ranks are late
 */
export async function rendezvous(folder: string, { rank, ranks, run, lateAfterMs, signal }: RendezvousOptions): Promise<(step: number, hasStep: boolean) => Promise<boolean>> {
  await mkdir(folder, { recursive: true });
  let mine: string | undefined;
  return async (step, hasStep) => {
    const name = join(folder, `${run}.step-${step}.rank-${rank}-of-${ranks}.${hasStep ? 1 : 0}`);
    await writeFile(name, '');
    const began = performance.now();
    for (;;) {
      const there = (await readdir(folder)).flatMap((file) => {
        const match = NAME.exec(file);
        return match === null || match[1] !== run || Number(match[4]) !== ranks ? [] : [{ file, step: Number(match[2]), rank: Number(match[3]), has: match[5] === '1' }];
      });
      const here = there.filter((entry) => entry.step === step);
      if (here.length >= ranks) {
        // All ranks are at this step, so all have seen the step before it.
        if (mine !== undefined && mine !== name) await rm(mine, { force: true });
        mine = name;
        return here.some(({ has }) => has);
      }
      if (performance.now() - began > lateAfterMs) {
        const late = Array.from({ length: ranks }, (_, other) => other).filter((other) => !here.some((entry) => entry.rank === other));
        throw new Error((await Promise.all(late.map((other) => lateText(other, there.filter((entry) => entry.rank === other))))).join('; '));
      }
      await pause(POLL_MS, undefined, { signal });
    }
  };

  async function lateText(other: number, seen: readonly { readonly file: string; readonly step: number }[]): Promise<string> {
    const last = seen.toSorted((a, b) => b.step - a.step)[0];
    const since = last === undefined ? undefined : await stat(join(folder, last.file)).catch(() => undefined);
    const what = last === undefined || since === undefined ? 'it has not come to any step' : `it came to step ${last.step} ${((Date.now() - since.mtimeMs) / 1000).toFixed(1)} s ago`;
    return `rank ${other} of ${ranks} is late: ${what}`;
  }
}
