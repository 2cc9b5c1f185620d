import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
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

/** What a rank says of itself in its file. */
interface Said {
  /** Of this process: a file that an earlier process left behind has another one. */
  readonly token: string;
  /** Tokens of the ranks as this one has read them. Who finds its own there knows that this was said to it. */
  readonly heard: readonly (string | undefined | null)[];
  readonly step: number;
  /** Whether it has that step, and whether it had the one before: others may be one step behind. */
  readonly has: boolean;
  readonly had: boolean;
}

const POLL_MS = 10;

/**
 * Where the ranks of a streaming run meet at each step, without a network of their own: in a folder that all of them see. Each rank has one file there, replaced
 * whole, with its step and whether it has that step, and waits until the others have come as far. What a trainer's all-reduce of one bit does; here for
 * `millrace order`. Files of earlier runs do no harm: no one is believed who has not heard of the present process.
 *
 * @returns `agree` for `stream.steps`: has any rank this step? Rejects, naming them and their last steps, when ranks are late
 */
export async function rendezvous(folder: string, { rank, ranks, run, lateAfterMs, signal }: RendezvousOptions): Promise<(step: number, hasStep: boolean) => Promise<boolean>> {
  await mkdir(folder, { recursive: true });
  const token = randomUUID();
  const pathOf = (of: number): string => join(folder, `${run}.rank-${of}-of-${ranks}.json`);
  const others = Array.from({ length: ranks }, (_, other) => other).filter((other) => other !== rank);
  const heard: (string | undefined)[] = [];
  /** When each other rank was last seen to move on, by this process's own clock. */
  const seen = new Map<number, { readonly step: number; readonly at: number }>();
  let had = false;

  const say = async (step: number, has: boolean): Promise<void> => {
    const said: Said = { token, heard: Array.from({ length: ranks }, (_, other) => heard[other]), step, has, had };
    await writeFile(`${pathOf(rank)}.${token}`, JSON.stringify(said));
    await rename(`${pathOf(rank)}.${token}`, pathOf(rank));
  };
  const hear = async (other: number): Promise<Said | undefined> => {
    const text = await readFile(pathOf(other), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    return text === undefined ? undefined : (JSON.parse(text) as Said);
  };

  return async (step, hasStep) => {
    await say(step, hasStep);
    const began = performance.now();
    for (;;) {
      let news = false;
      let any = hasStep;
      const late: number[] = [];
      for (const other of others) {
        const said = await hear(other);
        if (said !== undefined && said.token !== heard[other]) {
          heard[other] = said.token;
          news = true;
        }
        const isPresent = said?.heard[rank] === token;
        if (isPresent && seen.get(other)?.step !== said.step) seen.set(other, { step: said.step, at: performance.now() });
        if (!isPresent || said.step < step || said.step > step + 1) late.push(other);
        else any ||= said.step === step ? said.has : said.had;
      }
      if (news) await say(step, hasStep);
      if (late.length === 0) {
        had = hasStep;
        return any;
      }
      if (performance.now() - began > lateAfterMs) throw new Error(late.map(lateText).join('; '));
      await pause(POLL_MS, undefined, { signal });
    }
  };

  function lateText(other: number): string {
    const last = seen.get(other);
    const what = last === undefined ? 'it has not come to any step' : `its last step was ${last.step}, ${((performance.now() - last.at) / 1000).toFixed(1)} s ago`;
    return `rank ${other} of ${ranks} is late: ${what}`;
  }
}
