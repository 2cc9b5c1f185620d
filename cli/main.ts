import { exitCodes, messageOf, StoppedError, UsageError } from '../engine/errors.js';
import { checkpoint } from './checkpoint.js';
import { demo } from './demo.js';
import { doctor } from './doctor.js';
import { exitCodeOf } from './exitCodeOf.js';
import { explain } from './explain.js';
import { inspect } from './inspect.js';
import { printable, type Command, type Io } from './io.js';
import { HelpShown } from './options.js';
import { order } from './order.js';
import { plan } from './plan.js';
import { run } from './run.js';
import { verify } from './verify.js';

const commands: readonly Command[] = [demo, run, plan, verify, explain, order, checkpoint, inspect, doctor];

function usage(): string {
  return [
    'millrace: training data, from shards to shards or into a training loop',
    '',
    'Usage: millrace COMMAND [options]',
    '',
    ...commands.map((command) => `  ${command.name.padEnd(10)} ${command.summary}`),
    '',
    'millrace COMMAND --help shows the options of a command; --verbose adds stack traces to errors.',
    'Exit codes: 0 complete, 1 failure or difference, 2 usage, 3 error budget exceeded, 75 stopped (run the same command again).',
  ].join('\n');
}

/** Run one command. @returns the exit code */
export async function execute(args: readonly string[], io: Io): Promise<number> {
  const verbose = args.includes('--verbose');
  const [name, ...rest] = args.filter((arg) => arg !== '--verbose');
  try {
    if (name === '--help' || name === '-h' || name === 'help') {
      io.out(usage());
      return exitCodes.complete;
    }
    const command = commands.find((entry) => entry.name === name);
    if (command === undefined) throw new UsageError(`${name === undefined ? 'which command?' : `no command ${name};`} there are ${commands.map((entry) => entry.name).join(', ')}; see millrace --help`);
    return await command.run(rest, io);
  } catch (error) {
    if (error instanceof HelpShown) return exitCodes.complete;
    tellError(error, verbose, io);
    return exitCodeOf(error);
  }
}

/** One line for people; with `--verbose`, the stacks of the error and its causes too. */
function tellError(error: unknown, verbose: boolean, io: Io): void {
  io.err(`millrace: ${printable(messageOf(error))}`);
  if (!verbose) return;
  for (let entry = error; entry instanceof Error; entry = entry.cause) io.err(printable(entry.stack ?? ''));
}

/** The process: the first SIGTERM or SIGINT stops the run in order, the second ends it at once. */
export async function main(args: readonly string[]): Promise<void> {
  const stop = new AbortController();
  for (const [signal, code] of [['SIGTERM', 143], ['SIGINT', 130]] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(code);
      stop.abort(new StoppedError('the run was stopped'));
    });
  }
  // `millrace ... | head`: the reader has had enough. The work goes on, and its exit code tells how it ended.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  const io: Io = {
    out: (text) => void process.stdout.write(`${text}\n`),
    err: (text) => void process.stderr.write(`${text}\n`),
    errIsTerminal: process.stderr.isTTY === true,
    signal: stop.signal,
  };
  // What a recipe leaves uncaught (a promise that nobody awaits) ends the run like any other failure.
  process.on('uncaughtException', (error) => {
    tellError(error, args.includes('--verbose'), io);
    process.exit(exitCodes.failed);
  });
  process.exitCode = await execute(args, io);
}
