import { fileURLToPath } from 'node:url';
import { exitCodes, StoppedError } from '../engine/errors.js';
import { localPath } from '../storage/localPath.js';
import { openStores } from '../storage/openStores.js';
import type { Check, CheckStatus } from './doctor/check.js';
import { checkDisk, checkMachine, checkNode } from './doctor/machine.js';
import { checkNative } from './doctor/native.js';
import { checkOutput, isLocal } from './doctor/output.js';
import { checkPython } from './doctor/python.js';
import { checkTraining } from './doctor/training.js';
import { checkTeacher } from './doctor/teacher.js';
import type { Command, Io } from './io.js';
import { oneLine, safeJson } from './oneLine.js';
import { parse, parser } from './options.js';

export const doctor: Command = {
  name: 'doctor',
  summary: 'look whether this machine can run Millrace: Node, native libraries, teacher, training, output',
  async run(args, io) {
    const command = parser('doctor', doctor.summary, ['millrace doctor', 'millrace doctor --out out/owl-st --teacher models/owlv2-base', 'millrace doctor --json'], io)
      .option('--teacher <FOLDER>', 'the model folder of an OWLv2 teacher (default: the tiny teacher that comes with Millrace)')
      .option('--out <URL>', 'try whether a run could write here; what that leaves is removed')
      .option('--json', 'print one JSON object');
    parse(command, args);
    const options = command.opts<{ teacher?: string; out?: string; json?: boolean }>();
    const checks: Check[] = [];
    try {
      for await (const check of examine(options, io)) {
        checks.push(check);
        if (options.json !== true) for (const line of lines(check)) io.out(line);
      }
    } catch (error) {
      if (io.signal.aborted) throw new StoppedError('doctor was stopped', { cause: error });
      throw error;
    }
    const has = (status: CheckStatus): boolean => checks.some((check) => check.status === status);
    const outcome: CheckStatus = has('problem') ? 'problem' : has('warning') ? 'warning' : 'ok';
    if (options.json === true) io.out(safeJson({ outcome, checks }));
    return outcome === 'problem' ? exitCodes.failed : exitCodes.complete;
  },
};

/** What is quick to know comes first; each finding is told as it is made. */
async function* examine({ teacher, out }: { readonly teacher?: string; readonly out?: string }, io: Io): AsyncGenerator<Check> {
  yield checkNode();
  yield checkMachine();
  if (out === undefined) yield await checkDisk(process.cwd());
  else {
    const output = await checkOutput(out, openStores().stores);
    yield output;
    if (isLocal(out) && output.status === 'ok') yield await checkDisk(localPath(out));
  }
  yield await checkNative('sharp', io.signal);
  yield await checkNative('onnxruntime', io.signal);
  yield await checkTeacher(teacher ?? fileURLToPath(new URL('../models/tiny-owlv2', import.meta.url)));
  yield await checkTraining(io.signal);
  yield await checkPython(io.signal);
}

function lines({ name, status, found, todo }: Check): string[] {
  const first = `${status.padEnd(8)} ${name.padEnd(12)} ${oneLine(found)}`;
  return todo === undefined ? [first] : [first, `${' '.repeat(22)}-> ${oneLine(todo)}`];
}
