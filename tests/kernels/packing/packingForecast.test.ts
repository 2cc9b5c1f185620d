import test from 'ava';
import { readFileSync } from 'node:fs';
import { packingForecast, packWindow } from '../../../kernels/packing/packingForecast.js';
import { counterRandom } from '../../../kernels/random.js';
import { navitLengths } from '../../helpers/navitLengths.js';

interface Run {
  readonly seq_len: number;
  readonly patch: number;
  readonly r: readonly [number, number];
  readonly drop_mean: number;
  readonly drop_max: number;
  readonly B: number;
  readonly mean_tokens_per_image: number;
  readonly images_per_seq: number;
  readonly padding_fraction: number;
}
const { simulation } = (JSON.parse(readFileSync(new URL('../../golden/big_vision/navit.json', import.meta.url), 'utf8')) as { cases: { simulation: { runs: readonly Run[] } } }).cases;

for (const { seq_len, patch, r, drop_mean, drop_max, B, ...expected } of simulation.runs) {
  test(`NaViT's lengths, patches of ${patch}, drop ${drop_mean}: ${B} open sequences of ${seq_len} have the padding of the simulation`, (t) => {
    const lengths = navitLengths(60_000, { patchSize: patch, range: r, drop: drop_mean === 0 ? undefined : { mean: drop_mean, max: drop_max } });
    const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
    t.true(Math.abs(mean / expected.mean_tokens_per_image - 1) < 0.02, `${mean} tokens, expected ${expected.mean_tokens_per_image}`);
    const { sequences, examples, fill } = packingForecast(lengths.map((length) => [length]), { capacities: [seq_len], openSequences: B }, counterRandom('simulation', B), Math.ceil(3000 / B));
    t.true(Math.abs(1 - (fill[0] as number) - expected.padding_fraction) < 0.008, `${1 - (fill[0] as number)}, expected ${expected.padding_fraction}`);
    if (B >= 16) t.true(Math.abs(examples / sequences / expected.images_per_seq - 1) < 0.03, `${examples / sequences}`);
  });
}

test('a window is packed as first fit or best fit decreasing says', (t) => {
  const lengths = [[4], [8], [1], [4], [2], [1]];
  t.deepEqual(packWindow(lengths, { capacities: [10], openSequences: 2 }), [[0, 2, 3, 5], [1, 4]]);
  t.deepEqual(packWindow(lengths, { capacities: [10], window: 6 }), [[1, 4], [0, 3, 2, 5]]);
  t.throws(() => packWindow(lengths, { capacities: [10], openSequences: 1 }), { name: 'RangeError' });
});
