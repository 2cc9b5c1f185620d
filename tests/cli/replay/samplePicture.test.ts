import test from 'ava';
import { samplePicture } from '../../../cli/replay/samplePicture.js';
import type { Sample } from '../../../engine/sample.js';
import { decodeImage } from '../../../formats/image/decodeImage.js';
import { encodePng } from '../../../formats/image/encodePng.js';
import { SampleFault } from '../../../kernels/sampleFault.js';

const sample = (fields: object): Sample => ({ key: 'k', origin: { dataset: 'd', shard: 's', record: 0, pass: 0, path: [] }, cursor: { kind: 'source', position: null }, ...fields });
const grey = (width: number, height: number) => ({ width, height, data: new Uint8Array(width * height * 3).fill(128) });
const drawn = async (fields: object) => decodeImage((await samplePicture(sample(fields))) as Uint8Array);

test('decoded pixels as they are; they win over the file, and any picture over none', async (t) => {
  const pixels = { width: 2, height: 2, data: Uint8Array.from({ length: 12 }, (_, at) => at * 20) };
  const image = { data: await encodePng(grey(5, 4)), extension: 'png' };
  t.deepEqual(await drawn({ pixels }), pixels);
  t.deepEqual(await drawn({ pixels, image }), pixels);
  t.deepEqual(await drawn({ image }), grey(5, 4));
  t.deepEqual(await drawn({ text: 'x', left: { data: Uint8Array.of(1), extension: 'bin' }, view: pixels }), pixels);
  t.is(await samplePicture(sample({ text: 'x', numbers: { width: 2, height: 2, data: new Float32Array(4) } })), undefined);
});

test('a picture of floats goes from black to white', async (t) => {
  t.deepEqual(await drawn({ pixels: { width: 1, height: 1, data: Float32Array.of(-1, 0, 1) } }), { width: 1, height: 1, data: Uint8Array.of(0, 128, 255) });
  t.deepEqual(await drawn({ pixels: { width: 1, height: 1, data: Float32Array.of(2, 2, 2) } }), { width: 1, height: 1, data: new Uint8Array(3) });
});

test('large pictures are shrunk; small ones with boxes are enlarged, with the boxes over them', async (t) => {
  const wide = await drawn({ pixels: grey(2048, 512) });
  t.deepEqual([wide.width, wide.height], [1024, 256]);
  const boxes = [{ box: [10, 10, 90, 90], query: 'star', score: 0.5 }];
  const plain = await drawn({ pixels: grey(100, 100), boxes: [] });
  t.deepEqual(plain, grey(100, 100));
  const { objects } = { objects: [{ box: [10, 10, 90, 90], shape: 'star' }] };
  for (const fields of [{ boxes }, { labels: { boxes, boxFormat: 'xyxy' } }, { scene: { objects } }]) {
    const { width, height, data } = await drawn({ pixels: grey(100, 100), ...fields });
    t.deepEqual([width, height], [700, 700]);
    const at = (x: number, y: number): number[] => [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
    t.deepEqual(at(350, 350), [128, 128, 128]);
    t.notDeepEqual(at(70, 350), [128, 128, 128], 'the left edge of the box');
  }
  t.deepEqual(await drawn({ pixels: grey(100, 100), boxes, boxFormat: 'cxcywh' }), grey(100, 100), 'boxes of another format');
});

test('a file that cannot be decoded is a fault', async (t) => {
  const png = await encodePng(grey(50, 50));
  await t.throwsAsync(samplePicture(sample({ image: { data: png.subarray(0, png.length / 2), extension: 'png' } })), { instanceOf: SampleFault });
});
