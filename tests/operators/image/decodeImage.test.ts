import test from 'ava';
import { Subject } from 'rxjs';
import { UsageError } from '../../../engine/errors.js';
import { Gauge, StageGauge } from '../../../engine/gauge.js';
import { pipeline } from '../../../engine/pipeline.js';
import { elementBytes, isTombstone, type Element, type Sample } from '../../../engine/sample.js';
import { looseContext } from '../../../engine/stage.js';
import type { Encoded } from '../../../formats/fields.js';
import { encodeJpeg } from '../../../formats/image/encodeJpeg.js';
import { encodePng } from '../../../formats/image/encodePng.js';
import type { RgbImage } from '../../../kernels/rgbImage.js';
import { drawScene } from '../../../kernels/shapesWorld/index.js';
import { decodeImage } from '../../../operators/image/decodeImage.js';
import { laneElements } from '../../helpers/lanes.js';
import { memorySource, samplesOf, wholeMemory } from '../memorySource.js';

interface Picture {
  readonly image: Encoded;
}

const png = async (image: RgbImage): Promise<Encoded> => ({ data: await encodePng(image), extension: 'png' });
const blank = (width: number, height: number): RgbImage => ({ width, height, data: new Uint8Array(width * height * 3).fill(128) });

async function decoded(pictures: readonly Picture[], options: Parameters<typeof decodeImage>[0] = {}): Promise<Element[]> {
  return laneElements(pipeline(memorySource(pictures), decodeImage(options)), { itinerary: wholeMemory(pictures.length) });
}

function outcome(element: Element): string {
  return isTombstone(element) ? element.dropped.map((drop) => `${drop.origin.record} ${drop.kind} ${drop.reason}`).join() : `${element.key} kept`;
}

test('adds pixels, keeps the order and the encoded bytes, whatever finishes first', async (t) => {
  const scenes = Array.from({ length: 9 }, (_, index) => drawScene(11, index).image);
  // Large ones first, so that work overtakes.
  const images = [blank(900, 900), ...scenes, blank(3, 2)];
  const pictures = await Promise.all(images.map(async (image) => ({ image: await png(image) })));
  for (const concurrency of [1, 4, 16]) {
    const samples = samplesOf<Sample & Picture & { pixels: RgbImage }>(await decoded(pictures, { concurrency }));
    t.deepEqual(samples.map(({ pixels: { width, height } }) => [width, height]), images.map(({ width, height }) => [width, height]));
    t.true(samples.every(({ pixels }, place) => Buffer.compare(pixels.data, images[place]!.data) === 0));
    t.true(samples.every(({ image }, place) => image === pictures[place]!.image));
  }
});

test('a bad picture among good ones is quarantined at its place, with its code', async (t) => {
  const good = { image: await png(drawScene(11, 0).image) };
  const jpeg = await encodeJpeg(drawScene(11, 1).image);
  const pictures = [
    good,
    { image: { data: jpeg.subarray(0, jpeg.length / 2), extension: 'jpg' } },
    good,
    { image: { data: new Uint8Array(0), extension: 'jpg' } },
    { image: { data: new TextEncoder().encode('<html>not found</html>'), extension: 'jpg' } },
    { image: await png(blank(101, 100)) },
    { image: { data: jpeg, extension: 'png' } },
    good,
  ];
  const elements = await decoded(pictures, { maxPixels: 192 * 192 + 1, formats: ['png', 'jpeg'] });
  const tooLarge = await decoded(pictures, { maxPixels: 10_000 });
  t.deepEqual(elements.map(outcome), [
    '0 kept', '1 quarantined image-truncated', '2 kept', '3 quarantined image-empty', '4 quarantined image-not-an-image', '5 kept', '6 kept', '7 kept',
  ]);
  t.is(outcome(tooLarge[5]!), '5 quarantined image-too-large');
  t.is(outcome((await decoded(pictures.slice(6, 7), { formats: ['png'] }))[0]!), '0 quarantined image-format-refused');
});

test('the decoded bytes are reserved before the work, and nothing for what will be refused', async (t) => {
  const held = async (data: Uint8Array, options: Parameters<typeof decodeImage>[0] = {}): Promise<number> => {
    const gauge = new Gauge(1e12);
    const context = { ...looseContext('decodeImage'), gauge: new StageGauge(gauge.lane(0), 0) };
    const source = new Subject<Element<Sample & Picture>>();
    const subscription = decodeImage<Sample & Picture>(options).stage.connect(context)(source).subscribe();
    const sample = { key: 'k', origin: { dataset: 'd', shard: 's', record: 0, pass: 0, path: [] }, cursor: context.start, image: { data, extension: 'png' } };
    source.next(sample);
    const reserved = gauge.held - elementBytes(sample);
    subscription.unsubscribe();
    t.is(gauge.held, 0);
    return reserved;
  };
  const { data } = await png(blank(300, 200));
  t.is(await held(data), 300 * 200 * 3);
  t.is(await held(data, { maxPixels: 59_999 }), 0);
  t.is(await held(data, { formats: ['jpeg'] }), 0);
  t.is(await held(data.subarray(0, 10)), 0);
  t.is(await held(Uint8Array.of(1, 2, 3)), 0);
});

test('everything that the pixels depend on is in the fingerprint, the concurrency is not', (t) => {
  const { options, name, arity } = decodeImage({ concurrency: 2, maxPixels: 5, formats: ['png'], alpha: 'white', name: 'again' }).stage;
  t.deepEqual([name, arity], ['again', 'one']);
  const { decoder, ...rest } = options as Record<string, unknown>;
  t.deepEqual(rest, { maxPixels: 5, formats: ['png'], autoOrient: true, alpha: 'white' });
  t.regex(String(decoder), /^sharp \d+\.\d+\.\d+ libvips \d+\.\d+\.\d+/);
  t.like(decodeImage().stage.options, { maxPixels: 64e6, formats: ['jpeg', 'png', 'webp', 'gif', 'avif'], alpha: 'drop' });
});

test('bad options are refused when the stage is made', (t) => {
  const refused = (options: object, message: string): unknown => t.throws(() => decodeImage(options), { instanceOf: UsageError, message });
  refused({ maxPixels: 0 }, 'decodeImage: `maxPixels` must be an integer from 1 up, got 0');
  refused({ concurrency: 0.5 }, 'decodeImage: `concurrency` must be an integer from 1 up, got 0.5');
  refused({ formats: ['svg'] }, 'decodeImage: `formats` may name jpeg, png, webp, gif, avif, got svg');
  refused({ formats: [] }, 'decodeImage: `formats` must name at least one of jpeg, png, webp, gif, avif');
  refused({ alpha: 'pink', name: 'd2' }, 'd2: `alpha` must be drop, white or black, got pink');
});
