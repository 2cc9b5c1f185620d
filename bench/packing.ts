/**
 * Packing: padding at NaViT's lengths through the operator, and its speed beside a bare loop around the same kernels.
 *
 *   npx tsx bench/packing.ts [HISTOGRAMS.json]
 *
 * The file, where there is one, holds { "name384": [counts of the lengths 1 to 384], ... }: how full best fit decreasing makes sequences of that length, in windows
 * of 100, 1000 and 10,000 samples drawn from them. Speed: tokens alone, and patches of 768 bytes; the bare loop places, groups and copies with the same kernels over the same samples. Rounds alternate, the median of their ratios counts.
 */
import { readFileSync } from 'node:fs';
import { Gauge } from '../engine/gauge.js';
import { openLane } from '../engine/lane.js';
import { Meter } from '../engine/meter.js';
import { pipeline } from '../engine/pipeline.js';
import { bestFitDecreasing } from '../kernels/packing/bestFitDecreasing.js';
import { exactFitDecreasing } from '../kernels/packing/exactFitDecreasing.js';
import { firstFit } from '../kernels/packing/firstFit.js';
import { packPatches } from '../kernels/packing/packPatches.js';
import { packTokens } from '../kernels/packing/packTokens.js';
import type { Patches } from '../kernels/patches.js';
import { counterRandom } from '../kernels/random.js';
import { packSequences } from '../operators/flow/packSequences.js';
import { navitLengths } from '../tests/helpers/navitLengths.js';
import { memorySource, wholeMemory } from '../tests/operators/memorySource.js';

const LENGTH = 256;
const ROUNDS = 7;
const write = (line: string): unknown => process.stdout.write(`${line}\n`);
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] as number;
const signal = new AbortController().signal;

/** Everything through the engine; without `options` the source alone. @returns the meter's padding */
async function engine(fields: readonly object[], options?: object): Promise<number> {
  const meter = new Meter();
  const source = memorySource(fields);
  const pipe = options === undefined ? pipeline(source) : pipeline(source, packSequences(options as never) as never);
  const lane = { seed: 1, info: { index: 0, lanes: 1, extent: undefined }, itinerary: wholeMemory(fields.length), gauge: new Gauge(4e9).lane(0), meter, signal };
  await new Promise<void>((resolve, reject) => openLane(pipe, { ...lane, stores: () => { throw new Error('no stores'); } }).subscribe({ complete: resolve, error: reject }));
  const tallies = meter.snapshot().tallies.packSequences ?? {};
  const sum = (what: string): number => Object.entries(tallies).reduce((total, [name, count]) => total + (name.endsWith(what) ? count : 0), 0);
  return sum('padding') / (sum('padding') + sum('tokens'));
}

const lengths = navitLengths(100_000);
const tokenFields = lengths.map((length) => ({ tokens: new Int32Array(length).fill(7) }));
write("padding through the operator, 100,000 samples of NaViT's lengths (r ~ U(64, 256), patches of 16, mean drop 0.5), sequences of 256");
for (const options of [{ openSequences: 1 }, { openSequences: 4 }, { openSequences: 16 }, { openSequences: 64 }, { openSequences: 256 }, { laneWindow: 100 }, { laneWindow: 320 }, { laneWindow: 1000 }]) {
  write(`  ${JSON.stringify(options).padEnd(24)} ${(100 * (await engine(tokenFields, { lengths: { tokens: LENGTH }, ...options }))).toFixed(2).padStart(6)} %`);
}

/** The same samples placed, grouped and copied with the same kernels, and nothing around it. */
function bare<T>(values: readonly T[], lengthOf: (value: T) => number, packed: (values: readonly T[]) => unknown, policy: { openSequences: number } | { laneWindow: number }): number {
  let made = 0;
  const pack = (groups: readonly T[][]): void => {
    for (const group of groups) if (group.length > 0 && packed(group) !== undefined) made += 1;
  };
  if ('laneWindow' in policy) {
    for (let at = 0; at < values.length; at += policy.laneWindow) {
      const window = values.slice(at, at + policy.laneWindow);
      pack(bestFitDecreasing(window.map((value) => [lengthOf(value)]), { capacities: [LENGTH] }).map((places) => places.map((place) => window[place] as T)));
    }
    return made;
  }
  const open = (): T[][] => Array.from({ length: policy.openSequences }, () => []);
  let [place, groups] = [firstFit({ capacities: [LENGTH], ...policy }), open()];
  for (const value of values) {
    const needs = [lengthOf(value)];
    let sequence = place(needs);
    if (sequence === -1) {
      pack(groups);
      [place, groups] = [firstFit({ capacities: [LENGTH], ...policy }), open()];
      sequence = place(needs);
    }
    (groups[sequence] as T[]).push(value);
  }
  pack(groups);
  return made;
}

// A few hundred pictures that come again and again: copied, not made.
const pictures: readonly Patches[] = lengths.slice(0, 500).map((count) => ({ count, width: 768, data: new Uint8Array(count * 768), rows: new Int32Array(count), columns: new Int32Array(count), grid: [16, 16] }));
const patchFields = lengths.slice(0, 20_000).map((_, n) => ({ patches: pictures[n % pictures.length] as Patches }));
write('speed, samples/s: a bare loop around the same kernels, the engine (source and operator), and how much of the bare loop it keeps; alone: without what the source costs');
for (const policy of [{ openSequences: 64 }, { laneWindow: 320 }]) {
  for (const [what, fields, loop, options] of [
    ['tokens', tokenFields, () => bare(tokenFields, ({ tokens }) => tokens.length, (group) => packTokens(group.map(({ tokens }) => tokens), LENGTH), policy), { lengths: { tokens: LENGTH }, ...policy }],
    ['patches of 768 bytes', patchFields, () => bare(patchFields, ({ patches }) => patches.count, (group) => packPatches(group.map(({ patches }) => patches), LENGTH), policy), { lengths: { patches: LENGTH }, ...policy }],
  ] as const) {
    const times: [loop: number, source: number, whole: number][] = [];
    for (let round = -1; round < ROUNDS; round += 1) {
      const begin = performance.now();
      loop();
      const looped = performance.now();
      await engine(fields);
      const sourced = performance.now();
      await engine(fields, options);
      if (round >= 0) times.push([looped - begin, sourced - looped, performance.now() - sourced]);
    }
    const rate = (of: (row: [number, number, number]) => number): string => ((1000 * fields.length) / median(times.map(of))).toFixed(0).padStart(8);
    write(`  ${what.padEnd(22)} ${JSON.stringify(policy).padEnd(22)} bare ${rate(([loop_]) => loop_)}   engine ${rate(([, , whole]) => whole)}   kept ${median(times.map(([loop_, , whole]) => loop_ / whole)).toFixed(2)}   alone ${median(times.map(([loop_, source, whole]) => loop_ / Math.max(whole - source, 1e-9))).toFixed(2)}`);
  }
}

const lots = Array.from({ length: 5 }, (_, lot) => lengths.slice(lot * 20_000, (lot + 1) * 20_000).map((length) => [length]));
write('kernels alone, million samples/s');
for (const openSequences of [16, 64]) {
  const rates = lots.map((lot) => {
    const began = performance.now();
    let place = firstFit({ capacities: [LENGTH], openSequences });
    for (const needs of lot) if (place(needs) === -1) (place = firstFit({ capacities: [LENGTH], openSequences }))(needs);
    return lot.length / (performance.now() - began) / 1000;
  });
  write(`  firstFit, ${openSequences} open sequences: ${median(rates).toFixed(1)}`);
}
write(`  bestFitDecreasing, windows of 1000: ${median(lots.map((lot) => {
  const began = performance.now();
  for (let at = 0; at < lot.length; at += 1000) bestFitDecreasing(lot.slice(at, at + 1000), { capacities: [LENGTH] });
  return lot.length / (performance.now() - began) / 1000;
})).toFixed(1)}`);

const file = process.argv[2];
if (file !== undefined) {
  write('best fit decreasing over histograms of lengths, how full');
  for (const [name, counts] of Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, readonly number[]>>)) {
    let total = 0;
    const upTo = counts.map((count) => (total += count));
    const random = counterRandom('histogram', name);
    const draw = (): number => {
      const at = random.integer(0, total - 1);
      return upTo.findIndex((sum) => sum > at) + 1;
    };
    for (const window of [100, 1000, 10_000]) {
      let [tokens, sequences] = [0, 0];
      for (let taken = 0; taken < 200_000; taken += window) {
        const lot = Array.from({ length: window }, () => [draw()]);
        sequences += exactFitDecreasing(lot.map(([length]) => length as number), counts.length).length;
        tokens += lot.reduce((sum, [length]) => sum + (length as number), 0);
      }
      write(`  ${name.padEnd(14)} windows of ${String(window).padStart(5)}: ${((100 * tokens) / sequences / counts.length).toFixed(2)} %`);
    }
  }
}
