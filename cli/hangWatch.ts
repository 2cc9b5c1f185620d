import { exitCodes } from '../engine/errors.js';
import { printable, type Io } from './io.js';

export interface HangWatch {
  /** Something was finished: a step, a lane. */
  moved(): void;
  end(): void;
}

/**
 * Explain a run that seems to hang: at SIGQUIT (Ctrl-\, `kill -QUIT`), and once whenever nothing was finished for `afterSeconds`. The run goes on; to end it
 * is for who reads the report. A run that can never go on, because nothing is under way any more, is explained and ended with exit 1.
 *
 * @param report tells what the run waits for, the likeliest cause first
 */
export function hangWatch(io: Io, report: () => readonly string[], afterSeconds?: number): HangWatch {
  const tell = (): void => {
    for (const line of report()) io.err(printable(line));
  };
  // Windows has no such signal.
  if (process.platform !== 'win32') process.on('SIGQUIT', tell);
  // The event loop is empty and the run has not ended: somebody awaits what nobody will ever settle.
  const stuck = (): void => {
    io.err('the run cannot go on: nothing is under way that it could wait for');
    tell();
    process.exit(exitCodes.failed);
  };
  process.on('beforeExit', stuck);
  let timer: NodeJS.Timeout | undefined;
  if (afterSeconds !== undefined) {
    timer = setTimeout(() => {
      io.err(`nothing was finished for ${afterSeconds} s; what the run waits for:`);
      tell();
    }, afterSeconds * 1000);
    timer.unref();
  }
  return {
    moved: () => void timer?.refresh(),
    end() {
      process.off('SIGQUIT', tell);
      process.off('beforeExit', stuck);
      clearTimeout(timer);
    },
  };
}
