import { exitCodes, UsageError } from '../engine/errors.js';
import type { Checkpoint } from '../engine/checkpoint.js';
import { fingerprintDifference } from '../engine/fingerprint.js';
import { loadCheckpoint } from './checkpointFiles.js';
import type { Command, Io } from './io.js';
import { parse, parser } from './options.js';

export const checkpoint: Command = {
  name: 'checkpoint',
  summary: 'show a checkpoint, or how two differ: `checkpoint show PATH`, `checkpoint diff A B`',
  async run(args, io) {
    const command = parser('checkpoint', checkpoint.summary, ['millrace checkpoint show out/checkpoints', 'millrace checkpoint diff out/a out/b'], io)
      .argument('<show|diff>', 'what to do')
      .argument('<paths...>', 'checkpoints: a file, or a folder of which the latest whole step is taken')
      .option('--json', 'print one JSON object');
    parse(command, args);
    const [what, paths] = command.processedArgs as [string, string[]];
    const json = command.opts<{ json?: boolean }>().json === true;
    if (what === 'show' && paths.length === 1) return show(io, await loadCheckpoint(paths[0] as string), json);
    if (what === 'diff' && paths.length === 2) return diff(io, await loadCheckpoint(paths[0] as string), await loadCheckpoint(paths[1] as string), json);
    throw new UsageError(`checkpoint show takes one path, checkpoint diff two; got ${what} and ${paths.length}. See: millrace checkpoint --help`);
  },
};

function show(io: Io, saved: Checkpoint, json: boolean): number {
  const bytes = JSON.stringify(saved).length;
  if (json) {
    io.out(JSON.stringify({ bytes, ...saved }));
    return exitCodes.complete;
  }
  io.out(`step ${saved.step}, ${saved.lanes} lanes, seed ${saved.seed}, ${bytes} bytes; fingerprint ${saved.fingerprint.digest.slice(0, 12)}${saved.lineage.length > 0 ? `; resumed at ${saved.lineage.join(', ')}` : ''}`);
  for (const [name, line] of Object.entries(saved.fingerprint.lines)) io.out(`  ${name}: ${line}`);
  for (const [lane, [position, ...windows]] of saved.cursors.entries()) {
    const inside = windows.map(([stage, skip]) => `, ${skip} outputs into a window of ${stage}`).join('');
    io.out(`  lane ${lane}: source at ${JSON.stringify(position)}${inside}`);
  }
  return exitCodes.complete;
}

function diff(io: Io, a: Checkpoint, b: Checkpoint, json: boolean): number {
  const differences = [
    ...(['step', 'seed', 'lanes'] as const).flatMap((name) => (a[name] === b[name] ? [] : [`${name}: ${a[name]} and ${b[name]}`])),
    ...fingerprintDifference(a.fingerprint, b.fingerprint),
    ...Array.from({ length: Math.max(a.cursors.length, b.cursors.length) }, (_, lane) => {
      const [left, right] = [JSON.stringify(a.cursors[lane]), JSON.stringify(b.cursors[lane])];
      return left === right ? [] : [`lane ${lane}: ${left} and ${right}`];
    }).flat(),
  ];
  if (json) io.out(JSON.stringify({ equal: differences.length === 0, differences }));
  else io.out(differences.length === 0 ? 'equal' : differences.join('\n'));
  return differences.length === 0 ? exitCodes.complete : exitCodes.failed;
}
