import test from 'ava';
import { sampleViews } from '../../../cli/inspect/sampleViews.js';
import type { Sample } from '../../../engine/sample.js';
import { encodePng } from '../../../formats/image/encodePng.js';
import { SampleFault } from '../../../kernels/sampleFault.js';

const pixels = { width: 4, height: 2, data: new Uint8Array(24).fill(9) };
const viewsOf = async (fields: object): Promise<readonly string[]> =>
  (await sampleViews({ key: 'a', origin: { dataset: 'd', shard: 's', record: 0, pass: 0, path: [] }, cursor: { kind: 'source', position: null }, ...fields } as Sample)).map(({ name, image: { width, height }, boxes }) => `${name} ${width}x${height}${boxes.map(({ label }) => ` ${label}`).join('')}`);

test('decoded pictures, of bytes or floats, of three channels or one, with boxes over them', async (t) => {
  t.deepEqual(await viewsOf({ pixels, view: { width: 2, height: 2, data: new Float32Array(4) } }), ['pixels 4x2', 'view 2x2']);
  t.deepEqual(await viewsOf({ pixels, boxes: [{ box: [0, 0, 1, 1], query: 'q' }] }), ['pixels 4x2 q']);
  t.deepEqual(await viewsOf({ large: { width: 1024, height: 256, data: new Uint8Array(1024 * 256 * 3) } }), ['large 512x128']);
});

test('the image file, where nothing is decoded', async (t) => {
  const image = { data: await encodePng(pixels), extension: 'png' };
  t.deepEqual(await viewsOf({ image, text: 'a' }), ['image 4x2']);
  t.deepEqual(await viewsOf({ image, pixels: { width: 1, height: 1, data: new Uint8Array(3) } }), ['pixels 1x1']);
  await t.throwsAsync(viewsOf({ image: { ...image, data: image.data.subarray(0, 50) } }), { instanceOf: SampleFault });
});

test('packed sequences: a row of tokens, and of patches the pictures in it', async (t) => {
  const patches = { count: 3, width: 3, data: new Uint8Array(12), rows: Int32Array.of(0, 0, 1, 0), columns: Int32Array.of(0, 1, 0, 0), segmentIds: Int32Array.of(1, 1, 2, 0) };
  t.deepEqual(await viewsOf({ patches }), ['patches 24x6', 'patches, example 1 2x1', 'patches, example 2 1x2']);
  t.deepEqual(await viewsOf({ tokens: { data: Int32Array.of(5, 6), segmentIds: Int32Array.of(1, 0) } }), ['tokens 12x6']);
  t.deepEqual(await viewsOf({ segmentIds: Int32Array.of(1, 1, 0) }), ['segmentIds 18x6']);
});

test('nothing to be seen', async (t) => {
  t.deepEqual(await viewsOf({ text: 'a', n: 1, list: [1], tokens: Int32Array.of(1), file: { data: Uint8Array.of(1, 2), extension: 'txt' } }), []);
});
