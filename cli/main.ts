import { BudgetError, exitCodes, messageOf, StoppedError, UsageError } from '../engine/errors.js';
import { ModelError } from '../models/modelError.js';
import { StoreError } from '../storage/objectStore.js';
import { explain } from './explain.js';
import { printable, type Command, type Io } from './io.js';
import { HelpShown } from './options.js';
import { plan } from './plan.js';
import { run } from './run.js';
import { verify } from './verify.js';

const commands: readonly Command[] = [run, plan, verify, explain];

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
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
      io.out(usage());
      return name === undefined ? exitCodes.usage : exitCodes.complete;
    }
    const command = commands.find((entry) => entry.name === name);
    if (command === undefined) throw new UsageError(`no command ${name}; there are ${commands.map((entry) => entry.name).join(', ')}`);
    return await command.run(rest, io);
  } catch (error) {
    if (error instanceof HelpShown) return exitCodes.complete;
    io.err(`millrace: ${printable(messageOf(error))}`);
    if (verbose && error instanceof Error) {
      for (let entry: unknown = error; entry instanceof Error; entry = entry.cause) io.err(printable(entry.stack ?? ''));
    }
    return exitCodeOf(error);
  }
}

/** Which exit code an error means; the outermost kind that is known decides. */
export function exitCodeOf(error: unknown): number {
  for (let entry = error, depth = 0; entry instanceof Error && depth < 16; entry = entry.cause, depth += 1) {
    if (entry instanceof UsageError || entry instanceof ModelError || entry.name === 'ModelError') return exitCodes.usage;
    if (entry instanceof BudgetError) return exitCodes.budgetExceeded;
    if (entry instanceof StoppedError) return exitCodes.stopped;
    if (entry instanceof StoreError) return exitCodes.failed;
  }
  return exitCodes.failed;
}

/** The process: the first SIGTERM or SIGINT stops the run in order, the second ends it at once. */
export async function main(args: readonly string[]): Promise<void> {
  const stop = new AbortController();
  for (const [signal, code] of [['SIGTERM', 143], ['SIGINT', 130]] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(code);
      stop.abort();
    });
  }
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // `millrace ... | head`: the reader has had enough.
    if (error.code === 'EPIPE') process.exit(exitCodes.failed);
  });
  const io: Io = {
    out: (text) => void process.stdout.write(`${text}\n`),
    err: (text) => void process.stderr.write(`${text}\n`),
    errIsTerminal: process.stderr.isTTY === true,
    signal: stop.signal,
  };
  process.exitCode = await execute(args, io);
}
