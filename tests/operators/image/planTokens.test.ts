import test from 'ava';
import { deal } from '../../../engine/deal.js';
import { mapSample } from '../../../engine/mapSample.js';
import { pipeline, type Pipeline } from '../../../engine/pipeline.js';
import { isTombstone, type Element, type Sample } from '../../../engine/sample.js';
import type { Encoded } from '../../../formats/fields.js';
import { encodeJpeg } from '../../../formats/image/encodeJpeg.js';
import { encodePng } from '../../../formats/image/encodePng.js';
import { sharp } from '../../../formats/image/sharp.js';
import { aspectGrid } from '../../../kernels/aspectGrid.js';
import { truncatedNormal, uniform } from '../../../kernels/drawDistribution.js';
import { beta, fixed, scheduled } from '../../../kernels/drawDropRate.js';
import { naflexGrid } from '../../../kernels/naflexGrid.js';
import { drawScene } from '../../../kernels/shapesWorld/index.js';
import { decodeImage } from '../../../operators/image/decodeImage.js';
import { dropTokens } from '../../../operators/image/dropTokens.js';
import { patchify, type Patched } from '../../../operators/image/patchify.js';
import { planTokens, type Planned, type PlanTokensOptions, type TokenPlan } from '../../../operators/image/planTokens.js';
import { resizeToTokens } from '../../../operators/image/resizeToTokens.js';
import type { TokenTargetOptions } from '../../../operators/image/tokenTarget.js';
import { assertResumes } from '../../helpers/assertResumes.js';
import { laneElements, noStores } from '../../helpers/lanes.js';
import { testSource, type TestSample } from '../../helpers/testSource.js';
import { memorySource, samplesOf, wholeMemory } from '../memorySource.js';

interface Picture {
  readonly image: Encoded;
}
const blank = (width: number, height: number) => ({ width, height, data: new Uint8Array(width * height * 3).fill(128) });
const png = async (width: number, height: number): Promise<Picture> => ({ image: { data: await encodePng(blank(width, height)), extension: 'png' } });
const turned = async (width: number, height: number, orientation: number): Promise<Picture> =>
  ({ image: { data: new Uint8Array(await sharp(blank(width, height).data, { raw: { width, height, channels: 3 } }).withMetadata({ orientation }).jpeg().toBuffer()), extension: 'jpg' } });
const planned = async (pictures: readonly Picture[], options: PlanTokensOptions): Promise<TokenPlan[]> =>
  samplesOf<Sample & Planned>(await laneElements(pipeline(memorySource(pictures), planTokens(options)) as Pipeline, { itinerary: wholeMemory(pictures.length) })).map(({ tokenPlan }) => tokenPlan);
const reasons = (elements: readonly Element[]): string[] => elements.map((element) => (isTombstone(element) ? element.dropped.map(({ reason }) => reason).join() : 'kept'));

test("NaFlex: the grid of the header's size, all tokens kept", async (t) => {
  t.deepEqual(await planned([await png(64, 48), await png(9, 30)], { patchSize: 8, maxTokens: 24 }), [
    { patchSize: 8, size: [48, 64], grid: naflexGrid(48, 64, { patchSize: 8, maxTokens: 24 }), kept: 24 },
    { patchSize: 8, size: [30, 9], grid: naflexGrid(30, 9, { patchSize: 8, maxTokens: 24 }), kept: 24 },
  ]);
});

test('a picture is planned as decodeImage turns it, or as it is stored', async (t) => {
  for (let orientation = 1; orientation <= 8; orientation += 1) {
    const pictures = [await turned(40, 20, orientation)];
    for (const autoOrient of [true, false]) {
      const size = autoOrient && orientation >= 5 ? [40, 20] : [20, 40];
      const [plan] = await planned(pictures, { patchSize: 5, maxTokens: 32, autoOrient });
      t.deepEqual([plan!.size, plan!.grid], [size, size.map((side) => side / 5)], `${orientation}`);
      const followed = pipeline(memorySource(pictures), planTokens({ patchSize: 5, maxTokens: 32, autoOrient }), decodeImage({ autoOrient }), resizeToTokens({ planned: true }), patchify({ patchSize: 5 }));
      const [sample] = samplesOf<Sample & Patched>(await laneElements(followed as Pipeline, { itinerary: wholeMemory(1) }));
      t.deepEqual(sample?.patches.grid, plan!.grid);
    }
  }
});

test('what is drawn before decoding is what resizeToTokens would draw behind it, of a stage of one name', async (t) => {
  const pictures = await Promise.all(Array.from({ length: 40 }, (_, n) => png(30 + n, 50 - (n % 30))));
  const targets: readonly TokenTargetOptions[] = [
    { patchSize: 4, side: uniform(), range: [16, 64] },
    { patchSize: 4, area: truncatedNormal({ mean: -0.5, std: 1 }), range: [8, 64], rounding: 'ceil' },
    { patchSize: 4, maxTokens: 30 },
  ];
  for (const target of targets) {
    const behind = pipeline(memorySource(pictures), decodeImage(), resizeToTokens({ ...target, name: 'tokens' }), patchify({ patchSize: 4 }));
    const grids = samplesOf<Sample & Patched>(await laneElements(behind as Pipeline, { itinerary: wholeMemory(40) })).map(({ patches: { grid } }) => grid);
    t.deepEqual((await planned(pictures, { ...target, name: 'tokens' })).map(({ grid }) => grid), grids);
    t.true(new Set(grids.map(String)).size > 3);
  }
});

test('the plan is followed: grids and counts are those of it, and the rate is that of dropTokens', async (t) => {
  const pictures = await Promise.all(Array.from({ length: 60 }, async (_, n): Promise<Picture> => ({ image: { data: await encodeJpeg(drawScene(3, n).image), extension: 'jpg' } })));
  const pipe = pipeline(
    memorySource(pictures),
    planTokens({ patchSize: 4, side: uniform(), range: [16, 64], rate: beta({ mean: 0.5, max: 0.9 }) }),
    decodeImage(),
    resizeToTokens({ planned: true }),
    patchify({ patchSize: 4 }),
    dropTokens({ planned: true }),
  );
  const out = samplesOf<Sample & Planned & Patched>(await laneElements(pipe as Pipeline, { itinerary: wholeMemory(60) }));
  t.is(out.length, 60);
  for (const { patches, tokenPlan } of out) t.deepEqual([patches.grid, patches.count], [tokenPlan.grid, tokenPlan.kept]);
  const same = await planned(Array.from({ length: 2000 }, () => pictures[0]!), { patchSize: 4, side: uniform(), range: [64, 64], rate: beta({ mean: 0.5, max: 0.9 }) });
  const shares = same.map(({ kept, grid: [rows, columns] }) => kept / (rows * columns));
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  t.true(Math.abs(mean - 0.5) < 0.02, `${mean}`);
  t.true(Math.min(...shares) > 0.09 && Math.max(...shares) <= 1 && new Set(shares).size > 50);
});

test('size and rate are drawn apart: another rate leaves the grids', async (t) => {
  const pictures = await Promise.all(Array.from({ length: 20 }, (_, n) => png(30 + n, 40)));
  const target = { patchSize: 4, side: uniform(), range: [16, 64] } as const;
  const all = await planned(pictures, target);
  t.deepEqual((await planned(pictures, { ...target, rate: beta({ mean: 0.3, max: 0.9 }) })).map(({ grid }) => grid), all.map(({ grid }) => grid));
  t.deepEqual((await planned(pictures, { ...target, rate: fixed(1) })).map(({ kept }) => kept), Array.from({ length: 20 }, () => 1));
  for (const { kept, grid: [rows, columns], size: [height, width] } of all) {
    t.is(kept, rows * columns);
    const [most, fewest] = [64, 16].map((side) => aspectGrid(height, width, side, 4, 'floor')[0]);
    t.true(rows >= fewest! && rows <= most!);
  }
});

test('a scheduled rate is that of the epoch', async (t) => {
  const source = testSource({ extents: 1, records: 2 });
  const itinerary = deal(await source.plan({ stores: noStores, signal: new AbortController().signal }), { lanes: 1, seed: 1, epochs: 3 })(0);
  const picture = await png(16, 16);
  const pipe = pipeline(source, mapSample('picture', () => picture), planTokens({ patchSize: 4, maxTokens: 16, rate: scheduled({ min: 0, max: 1, mu: 2, tau: -1e-3, imagesPerEpoch: 2 }) }));
  const kept = samplesOf<Sample & Planned>(await laneElements(pipe as Pipeline, { itinerary })).map(({ tokenPlan }) => tokenPlan.kept);
  t.deepEqual(kept, [1, 1, 8, 8, 16, 16]);
});

test('what decodeImage refuses by its header is refused here, with the same code', async (t) => {
  const good = await png(20, 20);
  const jpeg = await encodeJpeg(blank(20, 20));
  const data: readonly Uint8Array[] = [good.image.data, new Uint8Array(0), Buffer.from('no picture at all'), Buffer.from('II*\0, a TIFF'), jpeg.subarray(0, 30), (await png(31, 30)).image.data, jpeg];
  const pictures = data.map((bytes) => ({ image: { data: bytes, extension: 'png' } }));
  const accepted = { maxPixels: 900, formats: ['png'] } as const;
  const through = async (stage: unknown): Promise<string[]> => reasons(await laneElements(pipeline(memorySource(pictures), stage as never) as Pipeline, { itinerary: wholeMemory(pictures.length) }));
  const found = await through(planTokens({ patchSize: 4, maxTokens: 16, ...accepted }));
  t.deepEqual(found, await through(decodeImage(accepted)));
  t.deepEqual(found, ['kept', 'image-empty', 'image-not-an-image', 'image-format-refused', 'image-format-refused', 'image-too-large', 'image-format-refused']);
  t.deepEqual(await through(planTokens({ patchSize: 1, maxTokens: 1, eps: 0.5 })).then(([first]) => first), 'image-unfit-for-tokens');
  t.is((await through(planTokens({ patchSize: 4, maxTokens: 16 })))[4], 'image-truncated');
});

test('resumes anywhere', async (t) => {
  const pictures = await Promise.all([1, 2, 3].map((n) => png(10 * n, 24)));
  const stages = () => [mapSample<TestSample, Picture>('picture', ({ value }) => pictures[value % 3]!), planTokens({ patchSize: 2, side: uniform(), range: [4, 12], rate: beta({ mean: 0.5, max: 0.9 }) })];
  t.true((await assertResumes(t, stages)) > 15);
});

test('options are checked when the stage is made', (t) => {
  for (const [options, message] of [
    [{ patchSize: 0, maxTokens: 4 }, /^planTokens: `patchSize` must be an integer from 1 up, got 0/],
    [{ patchSize: 4 }, /^planTokens: give `maxTokens`, or `side` or `area` with their `range`/],
    [{ patchSize: 4, maxTokens: 4, maxPixels: 0 }, /^planTokens: `maxPixels` must be an integer from 1 up, got 0/],
    [{ patchSize: 4, maxTokens: 4, formats: ['svg'] }, /^planTokens: `formats` may name .*, got svg/],
  ] as const) t.throws(() => planTokens(options as never), { name: 'UsageError', message });
});
