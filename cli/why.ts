import { exitCodes, UsageError } from '../engine/errors.js';
import type { Contribution, Step } from '../engine/lockstep.js';
import { originAddress } from '../engine/originAddress.js';
import { recordedPipeline, type RecordedPipeline } from '../engine/recordedPipeline.js';
import type { Origin, Sample } from '../engine/sample.js';
import type { StageDraws, StepDraws } from '../engine/drawLog.js';
import { drawsText } from './drawsText.js';
import { byteRangeText, printable, type Command } from './io.js';
import { oneLine, safeJson } from './oneLine.js';
import { parser } from './options.js';
import { openStreamRun, wholeNumber, withStreamOptions, type StreamRun } from './streamRun.js';

const HELP = `
A line for each sample: its lane and key, its origin (which \`millrace replay --origin\` takes as it stands) and the bytes of its record in the shard,
from the first to before the last; under it what each stage drew for it or for the record that it is a child of. A window (a shuffle, for instance)
draws once for all of its samples: its draws stand with the window's first sample, wherever the others are. A stage after batch draws for the step:
its draws stand first, once where they are the same for all lanes.
The run is taken to the step, and the step then made again from its checkpoint and recorded, as a resume would make it.`;

export const why: Command = {
  name: 'why',
  summary: 'name the samples of one step of a streaming recipe: lane, shard, record, bytes, epoch, random draws',
  async run(args, io) {
    const command = withStreamOptions(parser('why', why.summary, [
      "millrace why recipe.ts --in 'shards/*.tar' --step 120",
      "millrace why recipe.ts --in 'shards/*.tar' --step 120 --from out/checkpoints --json",
    ], io))
      .addHelpText('after', HELP)
      .option('--step <INTEGER>', 'the step, from 0, as `millrace order` counts them')
      .option('--json', 'one JSON object a sample');
    const run = await openStreamRun(command, args, io, () => ({ rank: 0, ranks: 1 }));
    const { options, close } = run;
    try {
      if (options.step === undefined) throw new UsageError('--step is missing: which step? They count from 0, as in `millrace order`');
      const { step, recorded } = await recordStep(run, wholeNumber('--step', options.step, 0));
      if (options.json !== true) for (const line of stepLines(step, recorded)) io.out(line);
      for (const contribution of step.contributions) {
        for (const sample of contribution.samples) {
          const found = explained(step.step, contribution, sample, recorded);
          io.out(options.json === true ? safeJson(found) : inWords(found));
        }
      }
      return exitCodes.complete;
    } finally {
      await close();
    }
  },
};

/** Take the run to the step, then make that step again from its checkpoint, recorded: so only what makes this step is written down. */
async function recordStep({ stream, pipe, from, again }: StreamRun, wanted: number): Promise<{ readonly step: Step; readonly recorded: RecordedPipeline }> {
  if (from !== undefined && wanted < from.step) throw new UsageError(`--from is at step ${from.step}, after step ${wanted}: take an older checkpoint, or none`);
  let start = from;
  if (wanted > (from?.step ?? 0)) {
    for await (const { step } of stream.steps(from)) if (step + 1 === wanted) break;
    start = stream.checkpoint();
  }
  const recorded = recordedPipeline(pipe);
  if (wanted === (start?.step ?? 0)) {
    for await (const step of (await again(recorded.pipe)).steps(start)) return { step, recorded };
  }
  throw new UsageError(`there is no step ${wanted}: the stream ends before it`);
}

/** A record, or a child of it, and where its bytes are. */
interface Where {
  /** As `replay --origin` takes it. */
  readonly address: string;
  /** Path of the source in the pipeline. */
  readonly dataset: string;
  readonly shard: string;
  readonly record: number;
  readonly epoch: number;
  /** Its place in each expansion it came out of. */
  readonly path: Origin['path'];
  /** The record's bytes in the shard are `[byte, endByte)`. */
  readonly byte?: number;
  readonly endByte?: number;
  /** What the stages drew for it, and before that for the record that it is a child of. */
  readonly draws: readonly (Omit<StageDraws, 'origin'> & { readonly origin: string })[];
}

interface Explained {
  readonly step: number;
  readonly lane: number;
  readonly key: string;
  readonly origin: Where;
  /** Of a sample made of several: all of them. */
  readonly members?: readonly Where[];
  /** What the stages after batch drew for the lane's share of the step. */
  readonly stepDraws?: readonly StepDraws[];
}

function explained(step: number, { lane }: Contribution, { key, origin, members }: Sample, recorded: RecordedPipeline): Explained {
  const whereOf = (one: Origin): Where => {
    const { pass, ...where } = one;
    const endByte = recorded.endByteOf(one);
    const draws = recorded.draws.of(one).map((entry) => ({ ...entry, origin: originAddress(entry.origin) }));
    return { address: originAddress(one), ...where, epoch: pass, ...(endByte === undefined ? {} : { endByte }), draws };
  };
  const stepDraws = recorded.draws.ofStep(step, lane);
  return { step, lane, key, origin: whereOf(origin), ...(stepDraws.length === 0 ? {} : { stepDraws }), ...(members === undefined ? {} : { members: members.map(whereOf) }) };
}

/** A line for what the stages after batch drew; where lanes drew differently, one for each of them. */
function stepLines({ step, contributions }: Step, { draws }: RecordedPipeline): string[] {
  const lanes = contributions.filter(({ samples }) => samples.length > 0).map(({ lane }) => ({ lane, drawn: draws.ofStep(step, lane) }));
  const stages = [...new Set(lanes.flatMap(({ drawn }) => drawn.map(({ stage }) => stage)))];
  return stages.flatMap((stage) => {
    const texts = lanes.flatMap(({ lane, drawn }) => drawn.filter((entry) => entry.stage === stage).map((entry) => ({ lane, text: `${stage}: ${drawsText(entry)}` })));
    const same = new Set(texts.map(({ text }) => text)).size === 1;
    return (same ? texts.slice(0, 1) : texts).map(({ lane, text }) => `step ${step}  ${same ? '' : `lane ${lane}: `}${text}`);
  });
}

function inWords({ lane, key, origin, members }: Explained): string {
  const drawn = (where: Where, indent: string): string[] =>
    where.draws.map((entry) => `${indent}${entry.stage}${entry.origin === where.address ? '' : ` of ${entry.origin.slice(entry.origin.lastIndexOf('#'))}`}: ${drawsText(entry)}`);
  const place = (where: Where): string => printable(`${where.address}${byteRangeText(where)}`);
  const head = `lane ${lane}  ${oneLine(key, 200)}  `;
  if (members === undefined) return [`${head}${place(origin)}`, ...drawn(origin, '          ')].join('\n');
  return [`${head}made of ${members.length}:`, ...members.flatMap((member) => [`          ${place(member)}`, ...drawn(member, '            ')])].join('\n');
}
