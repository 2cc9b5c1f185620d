import type { Backend } from '../models/train/backend.js';
import type { Trained } from '../sinks/trainStream.js';
import { durationText, printable, type Io } from './io.js';

const REDRAW_MS = 250;
const PLAIN_LINE_MS = 10_000;

export interface TrainProgressOptions {
  readonly json: boolean;
  readonly backend: Pick<Backend, 'name' | 'device'>;
  readonly parameters: number;
  /** The step that is trained first. */
  readonly from: number;
  readonly steps?: number;
}

export interface TrainProgress {
  step(receipt: Trained): void;
  saved(path: string): void;
  /** Held-out samples, behind a step. */
  measured(step: number, numbers: Readonly<Record<string, number>>): void;
  /** No more steps. */
  end(): void;
  /** The last line of a run that is complete. */
  totals(): void;
}

/** What `millrace train` tells while it runs: a line of JSON a step, or a progress line that says what the device waits for. */
export function trainProgress(io: Io, { json, backend, parameters, from, steps }: TrainProgressOptions): TrainProgress {
  const began = performance.now();
  let [trained, samples, ms, stallMs] = [0, 0, 0, 0];
  const stalls = new Map<string, number>();
  let last: Trained | undefined;
  let told: number | undefined;
  const share = (part: number): number => (ms === 0 ? 0 : Number((part / ms).toFixed(4)));
  const causes = (): [string, number][] => [...stalls].toSorted((a, b) => b[1] - a[1]);
  const line = (): string => {
    if (last === undefined) return 'no step yet';
    const seconds = (performance.now() - began) / 1000;
    const [cause] = causes();
    const waits = `the device waits ${(100 * share(stallMs)).toFixed(1)} % of the time${cause === undefined ? '' : `, most for ${cause[0]}`}`;
    const eta = steps === undefined ? '' : `, ETA ${durationText((seconds / trained) * (steps - last.step - 1))}`;
    return `step ${last.step + 1}${steps === undefined ? '' : `/${steps}`}, loss ${last.loss?.toFixed(4) ?? '-'}, ${(trained / seconds).toFixed(2)} steps/s, ${(samples / seconds).toFixed(1)} samples/s, ${waits}${eta}`;
  };
  if (!json) io.err(`training on ${backend.name} (${printable(backend.device)}), ${parameters.toLocaleString('en')} parameters${from > 0 ? `, from step ${from}` : ''}`);
  const draw = (): void => {
    if (json || told === trained) return;
    told = trained;
    if (io.errIsTerminal) process.stderr.write(`\r\u001b[K${line()}`);
    else io.err(line());
  };
  const timer = setInterval(draw, io.errIsTerminal ? REDRAW_MS : PLAIN_LINE_MS);
  return {
    step(receipt) {
      last = receipt;
      trained += 1;
      samples += receipt.samples;
      ms += receipt.ms;
      stallMs += receipt.stallMs;
      for (const [stage, part] of Object.entries(receipt.stalls)) stalls.set(stage, (stalls.get(stage) ?? 0) + part);
      if (!json) return;
      const { step, loss, learningRate, gradientNorm } = receipt;
      io.out(JSON.stringify({ step, loss: loss ?? null, stall: receipt.ms === 0 ? 0 : Number(Math.min(1, receipt.stallMs / receipt.ms).toFixed(4)), ...(learningRate === undefined ? {} : { learningRate }), ...(gradientNorm === undefined ? {} : { gradientNorm }) }));
    },
    saved(path) {
      if (json) return;
      if (io.errIsTerminal) process.stderr.write('\r\u001b[K');
      io.err(`checkpoint: ${printable(path)}`);
    },
    measured(step, numbers) {
      if (json) return io.out(JSON.stringify({ step, evaluation: numbers }));
      if (io.errIsTerminal) process.stderr.write('\r\u001b[K');
      io.out(`step ${step + 1}: ${Object.entries(numbers).map(([name, value]) => `${name} ${Number(value.toFixed(4))}`).join(', ')}`);
    },
    end() {
      clearInterval(timer);
      if (io.errIsTerminal && !json) process.stderr.write('\r\u001b[K');
    },
    totals() {
      const seconds = (performance.now() - began) / 1000;
      const byStage = Object.fromEntries(causes().map(([stage, part]) => [stage, share(part)]));
      if (json) {
        io.out(JSON.stringify({
          steps: trained, next: last === undefined ? from : last.step + 1, samples, seconds: Number(seconds.toFixed(3)), stepsPerSecond: Number((trained / seconds).toFixed(4)),
          stall: share(stallMs), stalls: byStage, backend: backend.name, device: backend.device, parameters,
        }));
      } else io.out(line());
    },
  };
}
