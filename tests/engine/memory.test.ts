import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import type { SlowSinkReport } from '../helpers/slowSinkProcess.js';
import { slowSinkRun } from '../helpers/slowSinkRun.js';

// The full size (1 ms a sample, 30,000 samples, five runs) is bench/slowSink.ts.
const MIB = 2 ** 20;
const small = { samples: 600, sampleBytes: 20_000, sinkMs: 0, window: 32 };

for (const [name, budget] of [['a budget above the floor', 4 * MIB], ['the smallest admissible budget', small.window * (small.sampleBytes + 1000)]] as const) {
  test(`bytes held, counted by source and sink: at most max(floors, budget) + one element, at ${name}`, async (t) => {
    const { heldPeak, heldAtEnd, bound, gaugePeak, done } = await slowSinkRun({ ...small, budget });
    t.is(done, small.samples);
    t.is(heldAtEnd, 0);
    t.true(heldPeak <= bound, `held ${heldPeak} of ${bound}`);
    // The engine's own count agrees with the count from outside: it is not the budget that is never reached, nor the gauge that sees too little.
    t.true(heldPeak > 0.9 * budget, `held ${heldPeak} of ${budget}`);
    t.true(gaugePeak >= 0.95 * heldPeak, `the gauge saw ${gaugePeak} of ${heldPeak}`);
  });
}

test('without a valve the same pipeline holds nearly everything: the bound above can fail', async (t) => {
  const { heldPeak, heldAtEnd } = await slowSinkRun({ ...small, budget: Number.POSITIVE_INFINITY });
  t.is(heldAtEnd, 0);
  t.true(heldPeak > 0.9 * small.samples * small.sampleBytes, `held ${heldPeak}`);
  t.true(heldPeak > 4 * MIB + small.sampleBytes, `held ${heldPeak}`);
});

/** 3,000 samples of 150 kB in a fresh process: 450 MB pass. */
async function resident(budget: number | null): Promise<{ readonly grown: number; readonly above: number; readonly heldPeak: number; readonly bound: number }> {
  const options = { samples: 3000, sampleBytes: 150_000, sinkMs: 0, window: 32, budget, marks: [300, 3000] };
  const child = fileURLToPath(new URL('../helpers/slowSinkProcess.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--import=tsx', child, JSON.stringify(options)]);
  const { before, marks, heldPeak, bound } = JSON.parse(stdout) as SlowSinkReport;
  const [early, late] = marks as [SlowSinkReport['marks'][0], SlowSinkReport['marks'][0]];
  return { grown: late.peak / early.peak, above: late.peak - before, heldPeak, bound };
}

test.serial('resident memory: 3,000 samples take hardly more than 300, and little more than the budget', async (t) => {
  const { grown, above, heldPeak, bound } = await resident(16 * MIB);
  t.true(heldPeak <= bound, `held ${heldPeak} of ${bound}`);
  t.true(grown < 1.4, `grew ${grown.toFixed(2)} times from 300 to 3,000 samples`);
  t.true(above < 150e6, `${(above / 1e6).toFixed(0)} MB above the start`);
});

test.serial('resident memory without a valve is beyond that', async (t) => {
  const { above } = await resident(null);
  t.true(above > 400e6, `${(above / 1e6).toFixed(0)} MB above the start`);
});
