import type { LaneProgress } from '../engine/generate.js';
import type { MeterSnapshot } from '../engine/meter.js';
import { bytesText, durationText, type Io } from './io.js';

const REDRAW_MS = 250;
const PLAIN_LINE_MS = 10_000;

export interface Progress {
  lane(progress: LaneProgress): void;
  end(): void;
}

/** The progress line of a run: redrawn on a terminal, a plain line now and then elsewhere. It reads the meter and steers nothing. */
export function progressLine(io: Io, source: string, lanes: number, meters: () => readonly MeterSnapshot[]): Progress {
  const began = performance.now();
  let done = 0;
  let reused = 0;
  let quarantined = 0;
  const line = (): string => {
    const seconds = (performance.now() - began) / 1000;
    let samples = 0;
    let bytes = 0;
    for (const meter of meters()) {
      samples += meter.stages[source]?.out ?? 0;
      bytes += meter.stages[source]?.bytesOut ?? 0;
    }
    const fresh = done - reused;
    const eta = fresh > 0 ? durationText((seconds / fresh) * (lanes - done)) : '?';
    return `${done}/${lanes} shards, ${samples} samples, ${(samples / seconds).toFixed(1)} samples/s, ${bytesText(bytes / seconds)}/s, ${quarantined} quarantined, ETA ${eta}`;
  };
  const timer = setInterval(
    () => {
      if (io.errIsTerminal) process.stderr.write(`\r\u001b[K${line()}`);
      else io.err(line());
    },
    io.errIsTerminal ? REDRAW_MS : PLAIN_LINE_MS,
  );
  return {
    lane(progress) {
      done = progress.lanesDone;
      if (progress.reused) reused += 1;
      quarantined = progress.totals.quarantined;
    },
    end() {
      clearInterval(timer);
      if (io.errIsTerminal) process.stderr.write('\r\u001b[K');
      if (done > reused) io.err(line());
    },
  };
}
