import { printable, type Io } from './io.js';

export interface HangWatch {
  /** Something was finished: a step, a lane. */
  moved(): void;
  end(): void;
}

/**
 * Explain a run that seems to hang: at SIGQUIT (Ctrl-\, `kill -QUIT`), and once whenever nothing was finished for `afterSeconds`. The run goes on; to end it
 * is for who reads the report.
 *
 * @param report tells what the run waits for, the likeliest cause first
 */
export function hangWatch(io: Io, report: () => readonly string[], afterSeconds?: number): HangWatch {
  const tell = (): void => {
    for (const line of report()) io.err(printable(line));
  };
  // Windows has no such signal.
  if (process.platform !== 'win32') process.on('SIGQUIT', tell);
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
      clearTimeout(timer);
    },
  };
}
