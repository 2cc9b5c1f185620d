import test from 'ava';
import { readFileSync } from 'node:fs';
import { keptTokens } from '../../kernels/drawDropRate.js';
import { patchify } from '../../kernels/patchify.js';
import { highestPlaces, patchVariances } from '../../kernels/patchVariances.js';
import { counterRandom } from '../../kernels/random.js';

interface Picture {
  readonly image_hwc: number[][][];
  readonly patch: number;
  readonly scores_row_major: number[];
  readonly n_keep: number;
  readonly strictly_kept: number[];
  readonly zero_score: number[];
}
type Counts = { readonly tokens: number; readonly 'kept_at_0.5': number };
const read = (name: string): { cases: readonly unknown[] } => JSON.parse(readFileSync(new URL(`../golden/owl/${name}.json`, import.meta.url), 'utf8'));
const [picture, ...counts] = read('token_dropping').cases as [Picture, ...Counts[]];
const [noise] = read('token_drop_noise').cases as [{ readonly a: number; readonly expected_added_variance: number }];

test('scores and kept patches of OWL-ST: constant patches go first', (t) => {
  const data = Float32Array.from(picture.image_hwc.flat(2));
  const patches = patchify({ height: picture.image_hwc.length, width: picture.image_hwc[0]!.length, data }, picture.patch);
  const scores = patchVariances(patches, [0, 1]);
  for (const [place, score] of picture.scores_row_major.entries()) t.true(Math.abs((scores[place] as number) - score) < 1e-7, `patch ${place}: ${scores[place]}`);
  for (const place of picture.zero_score) t.is(scores[place], 0);
  const kept = [...highestPlaces(scores, picture.n_keep)];
  t.is(kept.length, picture.n_keep);
  t.deepEqual(picture.strictly_kept.filter((place) => !kept.includes(place)), []);
  t.deepEqual(kept, kept.toSorted((a, b) => a - b));
});

test('noise adds its variance to constant patches', (t) => {
  const patches = patchify({ height: 64, width: 64, data: new Uint8Array(64 * 64 * 3).fill(99) }, 16);
  const scores = patchVariances(patches, [0, 255], { random: counterRandom('noise'), amount: noise.a });
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  t.true(Math.abs(mean / noise.expected_added_variance - 1) < 0.02, `${mean}`);
  t.true(new Set(scores).size === 16, 'so that they are ordered at random');
});

test('half of 3600 and of 5184 tokens', (t) => {
  for (const { tokens, 'kept_at_0.5': kept } of counts) t.is(keptTokens(tokens, 0.5), kept);
});

test('bytes and floats of one picture have one order', (t) => {
  const bytes = Uint8Array.from({ length: 32 * 32 * 3 }, (_, at) => (at * at) % 256);
  const [a, b] = [patchVariances(patchify({ height: 32, width: 32, data: bytes }, 8), [0, 255]), patchVariances(patchify({ height: 32, width: 32, data: Float32Array.from(bytes, (value) => value / 127.5 - 1) }, 8), [-1, 1])];
  for (const [place, score] of a.entries()) t.true(Math.abs(score - (b[place] as number)) < 1e-6);
});
