import test from 'ava';
import { decodeImage } from '../../../formats/image/decodeImage.js';
import { encodeJpeg } from '../../../formats/image/encodeJpeg.js';
import { encodePng } from '../../../formats/image/encodePng.js';
import { sniffImage } from '../../../formats/image/sniff.js';
import { height, pixels, width } from './samples.js';

const image = { width, height, data: pixels };

test('encodePng is lossless and gives the same bytes twice', async (t) => {
  const bytes = await encodePng(image);
  t.is(sniffImage(bytes), 'png');
  t.is(bytes.constructor, Uint8Array);
  t.deepEqual(await decodeImage(bytes), image);
  t.deepEqual(await encodePng(image), bytes);
});

test('encodeJpeg gives the same bytes twice, and more of them for more quality', async (t) => {
  const bytes = await encodeJpeg(image);
  t.is(sniffImage(bytes), 'jpeg');
  t.is(bytes.constructor, Uint8Array);
  t.deepEqual(await encodeJpeg(image, { quality: 90 }), bytes);
  t.true((await encodeJpeg(image, { quality: 30 })).length < bytes.length);
  t.like(await decodeImage(bytes), { width, height });
});

test('a grey picture stays RGB', async (t) => {
  const grey = { width: 16, height: 16, data: new Uint8Array(16 * 16 * 3).fill(99) };
  t.deepEqual(await decodeImage(await encodePng(grey)), grey);
});

test('wrong sizes and qualities are refused with the numbers', async (t) => {
  await t.throwsAsync(encodePng({ width: 2, height: 2, data: new Uint8Array(11) }), { instanceOf: RangeError, message: /2x2 pixels need 12 bytes.*got 11/ });
  await t.throwsAsync(encodeJpeg(image, { quality: 101 }), { instanceOf: RangeError, message: /quality.*101/ });
});
