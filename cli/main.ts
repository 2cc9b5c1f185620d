import { exitCodes, messageOf, StoppedError, UsageError } from '../engine/errors.js';
import { exitCodeOf } from './exitCodeOf.js';
import { printable, type Command, type Io } from './io.js';
import { HelpShown } from './options.js';

/** Loaded when asked for: the models and image codecs of one command must not slow the start of the others. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  demo: async () => (await import('./demo.js')).demo,
  run: async () => (await import('./run.js')).run,
  plan: async () => (await import('./plan.js')).plan,
  verify: async () => (await import('./verify.js')).verify,
  explain: async () => (await import('./explain.js')).explain,
  order: async () => (await import('./order.js')).order,
  train: async () => (await import('./train.js')).train,
  why: async () => (await import('./why.js')).why,
  replay: async () => (await import('./replay.js')).replay,
  checkpoint: async () => (await import('./checkpoint.js')).checkpoint,
  index: async () => (await import('./index.js')).index,
  inspect: async () => (await import('./inspect.js')).inspect,
  models: async () => (await import('./models.js')).models,
  doctor: async () => (await import('./doctor.js')).doctor,
};

async function usage(): Promise<string> {
  const all = await Promise.all(Object.values(commands).map((load) => load()));
  return [
    'millrace: training data, from shards to shards or into a training loop',
    '',
    'Usage: millrace COMMAND [options]',
    '',
    ...all.map((command) => `  ${command.name.padEnd(10)} ${command.summary}`),
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
      io.out(await usage());
      return exitCodes.complete;
    }
    const load = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (load === undefined) throw new UsageError(`${name === undefined ? 'which command?' : `no command ${name};`} there are ${Object.keys(commands).join(', ')}; see millrace --help`);
    return await (await load()).run(rest, io);
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
