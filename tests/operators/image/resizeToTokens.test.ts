import test from 'ava';
import { pipeline } from '../../../engine/pipeline.js';
import { isTombstone, type Sample, type Tombstone } from '../../../engine/sample.js';
import { truncatedNormal, uniform } from '../../../kernels/drawDistribution.js';
import { naflexGrid } from '../../../kernels/naflexGrid.js';
import { resizeImage, type PixelArray } from '../../../kernels/resizeImage.js';
import { resizeToTokens, type ResizeToTokensOptions } from '../../../operators/image/resizeToTokens.js';
import { valueRange } from '../../../operators/image/valueRange.js';
import { assertResumes } from '../../helpers/assertResumes.js';
import { laneElements } from '../../helpers/lanes.js';
import { mapSample } from '../../../engine/mapSample.js';
import type { TestSample } from '../../helpers/testSource.js';
import { memorySource, samplesOf, wholeMemory } from '../memorySource.js';

const picture = (width: number, height: number) => ({ pixels: { width, height, data: Uint8Array.from({ length: width * height * 3 }, (_, at) => (at * 31) % 256) } });
type Resized = Sample & { readonly pixels: PixelArray };
const resized = async (pictures: readonly ReturnType<typeof picture>[], options: ResizeToTokensOptions): Promise<Resized[]> =>
  samplesOf<Resized>(await laneElements(pipeline(memorySource(pictures), resizeToTokens(options)), { itinerary: wholeMemory(pictures.length) }));

test('NaFlex: the size of its search, bilinear with antialiasing; floats stay floats', async (t) => {
  const pictures = [picture(64, 48), picture(9, 30), picture(50, 50)];
  const out = await resized(pictures, { patchSize: 8, maxTokens: 24 });
  t.deepEqual(out.map(({ pixels }) => pixels), pictures.map(({ pixels }) => {
    const [rows, columns] = naflexGrid(pixels.height, pixels.width, { patchSize: 8, maxTokens: 24 });
    return resizeImage(pixels, { width: columns * 8, height: rows * 8, method: 'bilinear', antialias: true });
  }));
  const [float] = samplesOf<Resized>(await laneElements(pipeline(memorySource(pictures), valueRange(), resizeToTokens({ patchSize: 8, maxTokens: 24 })), { itinerary: wholeMemory(3) }));
  t.true(float!.pixels.data instanceof Float32Array);
});

test('NaViT: sides are whole patches, the area what was drawn, at most (high / patch)^2 tokens', async (t) => {
  const pictures = Array.from({ length: 300 }, () => picture(40, 30));
  const out = await resized(pictures, { patchSize: 4, side: uniform(), range: [16, 64] });
  const tokens = out.map(({ pixels: { width, height } }) => (width / 4) * (height / 4));
  t.true(tokens.every((count) => Number.isInteger(count) && count >= 9 && count <= 256));
  // E[r^2] of U(16, 64) is 1792 pixels, 112 patches; rounding down takes some.
  const mean = tokens.reduce((sum, count) => sum + count, 0) / tokens.length;
  t.true(mean > 90 && mean < 112, `${mean}`);
  const areas = (await resized(pictures, { patchSize: 4, area: truncatedNormal({ mean: 1, std: 0.1 }), range: [16, 64] })).map(({ pixels: { width, height } }) => width * height);
  t.true(areas.every((area) => area > 2600 && area <= 4096), `${Math.min(...areas)} to ${Math.max(...areas)}`);
});

test('a picture that no scale fits is quarantined', async (t) => {
  const [only] = await laneElements(pipeline(memorySource([picture(3000, 1)]), resizeToTokens({ patchSize: 1, maxTokens: 1, eps: 0.01 })), { itinerary: wholeMemory(1) });
  t.true(isTombstone(only!) && only.dropped[0]?.reason === 'image-unfit-for-tokens');
});

test('planned: the size is that of the plan, nothing is drawn; a picture that the plan was not made for is quarantined', async (t) => {
  const plan = (rows: number, columns: number) => ({ tokenPlan: { patchSize: 4, size: [30, 40] as const, grid: [rows, columns] as const, kept: 1 } });
  const fields = [{ ...picture(40, 30), ...plan(3, 4) }, { ...picture(30, 40), ...plan(3, 4) }, { ...picture(40, 30), ...plan(1, 1) }];
  const out = await laneElements(pipeline(memorySource(fields), resizeToTokens({ planned: true })), { itinerary: wholeMemory(3) });
  t.deepEqual(samplesOf<Resized>(out).map(({ pixels }) => pixels), [[16, 12], [4, 4]].map(([width, height]) => resizeImage(picture(40, 30).pixels, { width: width!, height: height!, method: 'bilinear', antialias: true })));
  t.true(isTombstone(out[1]!));
  t.like((out[1] as Tombstone).dropped[0], { reason: 'image-not-as-planned', kind: 'quarantined' });
});

test('resumes anywhere', async (t) => {
  const stages = () => [
    mapSample<TestSample, { pixels: PixelArray }>('picture', ({ value }) => ({ pixels: picture(5 + (value % 7), 6).pixels })),
    resizeToTokens({ patchSize: 2, side: uniform(), range: [4, 12] }),
  ];
  t.true((await assertResumes(t, stages)) > 15);
});

test('options are checked when the stage is made', (t) => {
  for (const [options, message] of [
    [{ patchSize: 0, maxTokens: 4 }, /`patchSize` must be an integer from 1 up, got 0/],
    [{ patchSize: 4, maxTokens: 0 }, /`maxTokens` must be an integer from 1 up, got 0/],
    [{ patchSize: 4, maxTokens: 4, eps: 0 }, /`eps`/],
    [{ patchSize: 4 }, /give `maxTokens`, or `side` or `area` with their `range`/],
    [{ patchSize: 16, side: uniform(), range: [8, 64] }, /`range` must be two sides from `patchSize` 16 up, the second no smaller, got 8,64/],
    [{ patchSize: 16, side: uniform(), range: [64, 16] }, /`range`/],
    [{ patchSize: 16, area: uniform(), range: [64, 64], rounding: 'up' }, /`rounding` must be floor, round or ceil, got up/],
  ] as const) t.throws(() => resizeToTokens(options as never), { name: 'UsageError', message });
});
