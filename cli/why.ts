import { exitCodes, UsageError } from '../engine/errors.js';
import { originLabel, type Origin, type Sample } from '../engine/sample.js';
import type { Command } from './io.js';
import { parser } from './options.js';
import { openStreamRun, wholeNumber, withStreamOptions } from './streamRun.js';

export const why: Command = {
  name: 'why',
  summary: 'name the samples of one step of a streaming recipe: lane, shard, record, byte, epoch',
  async run(args, io) {
    const command = withStreamOptions(parser('why', why.summary, [
      "millrace why recipe.ts --in 'shards/*.tar' --step 120",
      "millrace why recipe.ts --in 'shards/*.tar' --step 120 --from out/checkpoints --json",
    ], io))
      .option('--step <INTEGER>', 'the step, from 0, as `millrace order` counts them')
      .option('--json', 'one JSON object a sample');
    const { stream, from, options, close } = await openStreamRun(command, args, io, () => ({ rank: 0, ranks: 1 }));
    try {
      if (options.step === undefined) throw new UsageError('--step is missing: which step? They count from 0, as in `millrace order`');
      const wanted = wholeNumber('--step', options.step, 0);
      if (from !== undefined && wanted < from.step) throw new UsageError(`--from is at step ${from.step}, after step ${wanted}: take an older checkpoint, or none`);
      for await (const { step, contributions } of stream.steps(from)) {
        if (step < wanted) continue;
        for (const { lane, samples } of contributions) {
          for (const sample of samples) {
            const found = explained(step, lane, sample);
            io.out(options.json === true ? JSON.stringify(found) : inWords(found));
          }
        }
        return exitCodes.complete;
      }
      throw new UsageError(`there is no step ${wanted}: the stream ends before it`);
    } finally {
      await close();
    }
  },
};

/** Where something comes from; `byte` is where its record starts in the shard, `path` its place in each expansion it came out of. */
type Where = Omit<Origin, 'pass'> & { readonly epoch: number };

interface Explained {
  readonly step: number;
  readonly lane: number;
  readonly key: string;
  readonly origin: Where;
  /** Of a sample made of several: all of them. */
  readonly members?: readonly Where[];
}

const whereOf = ({ pass, ...origin }: Origin): Where => ({ ...origin, epoch: pass });

function explained(step: number, lane: number, { key, origin, members }: Sample): Explained {
  return { step, lane, key, origin: whereOf(origin), ...(members === undefined ? {} : { members: members.map(whereOf) }) };
}

function inWords({ lane, key, origin, members }: Explained): string {
  const place = ({ epoch, ...where }: Where): string =>
    `${where.dataset} ${originLabel({ ...where, pass: epoch })}${where.byte === undefined ? '' : ` at byte ${where.byte}`}, epoch ${epoch}`;
  if (members === undefined) return `lane ${lane}  ${key}  ${place(origin)}`;
  return [`lane ${lane}  ${key}  made of ${members.length}:`, ...members.map((member) => `          ${place(member)}`)].join('\n');
}
