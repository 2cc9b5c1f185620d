import test from 'ava';
import { decodeImage, type DecodeImageOptions } from '../../../formats/image/decodeImage.js';
import { sharp } from '../../../formats/image/sharp.js';
import { SampleFault } from '../../../kernels/sampleFault.js';
import { encodedSamples, faultCode, frames, height, pixels, width } from './samples.js';

const solid = (values: number[], Type: typeof Uint8Array | typeof Uint16Array = Uint8Array) =>
  sharp(new Type(64 * values.length).map((_, i) => values[i % values.length]!) as Uint8Array, { raw: { width: 8, height: 8, channels: values.length as 3 } });
const firstPixel = async (bytes: Uint8Array, options?: DecodeImageOptions) => [...(await decodeImage(bytes, options)).data.subarray(0, 3)];
const outcome = (bytes: Uint8Array) => decodeImage(bytes).then(({ data }) => Buffer.from(data).toString('base64'), (error: Error) => `${error.name} ${error.message}`);
const near = (got: number[], expected: number[], tolerance: number) => got.every((value, i) => Math.abs(value - expected[i]!) <= tolerance);

test('lossless formats come back exactly', async (t) => {
  const samples = await encodedSamples();
  for (const name of ['png', 'interlaced png', 'lossless webp']) t.deepEqual(await decodeImage(samples[name]!), { width, height, data: pixels }, name);
});

test.serial('pictures that are let go of are freed', async (t) => {
  const bytes = await sharp({ create: { width: 1000, height: 1000, channels: 3, background: 'green' } }).png().toBuffer();
  await decodeImage(bytes);
  const before = process.memoryUsage.rss();
  for (let n = 0; n < 150; n++) await decodeImage(bytes);
  const grown = (process.memoryUsage.rss() - before) / 2 ** 20;
  // All of them are 429 MB.
  t.true(grown < 200, `${grown} MB`);
});

test('every format comes back in size, as a plain Uint8Array, the same twice', async (t) => {
  for (const [name, bytes] of Object.entries(await encodedSamples())) {
    const image = await decodeImage(bytes);
    t.like(image, { width, height }, name);
    t.is(image.data.length, width * height * 3);
    t.is(image.data.constructor, Uint8Array);
    t.deepEqual(await decodeImage(bytes), image, name);
  }
});

test('EXIF orientations 1 to 8 turn the corner to where it belongs', async (t) => {
  // 2x1 blocks: red at the stored left, blue at the stored right; 16 pixels a block against JPEG's blocks.
  const strip = new Uint8Array(32 * 16 * 3).map((_, i) => (Math.floor(i / 3) % 32 < 16 ? [255, 0, 0] : [0, 0, 255])[i % 3]!);
  // Where red is displayed: EXIF 2.32, tag 274, "the 0th column is the visual ... side".
  const redAt = ['left', 'right', 'right', 'left', 'top', 'top', 'bottom', 'bottom'];
  for (let orientation = 1; orientation <= 8; orientation++) {
    for (const encode of ['jpeg', 'png', 'webp'] as const) {
      const bytes = await sharp(strip, { raw: { width: 32, height: 16, channels: 3 } }).withMetadata({ orientation })[encode]().toBuffer();
      const image = await decodeImage(bytes);
      const turned = orientation >= 5;
      t.like(image, turned ? { width: 16, height: 32 } : { width: 32, height: 16 });
      const red = (x: number, y: number) => image.data[(y * image.width + x) * 3]! > 128;
      const side = turned ? (red(8, 4) ? 'top' : red(8, 28) ? 'bottom' : 'none') : red(4, 8) ? 'left' : red(28, 8) ? 'right' : 'none';
      t.is(side, redAt[orientation - 1], `${encode} ${orientation}`);
      const stored = await decodeImage(bytes, { autoOrient: false });
      t.like(stored, { width: 32, height: 16 });
      t.true(stored.data[0]! > 128, 'not turned: red stays at the left');
    }
  }
});

test('grey, palette, 16 bits, CMYK become 8-bit RGB', async (t) => {
  t.deepEqual(await firstPixel(await solid([77]).toColourspace('b-w').png().toBuffer()), [77, 77, 77]);
  t.deepEqual(await firstPixel(await solid([77]).toColourspace('b-w').jpeg().toBuffer()), [77, 77, 77]);
  t.deepEqual(await firstPixel(await solid([200, 100, 50]).png({ palette: true }).toBuffer()), [200, 100, 50]);
  t.deepEqual(await firstPixel(await solid([50000, 20000, 10000], Uint16Array).toColourspace('rgb16').png().toBuffer()), [195, 78, 39]);
  t.deepEqual(await firstPixel(await solid([30000], Uint16Array).toColourspace('grey16').png().toBuffer()), [117, 117, 117]);
  const cmyk = await firstPixel(await solid([200, 60, 60]).toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer());
  t.true(near(cmyk, [200, 60, 60], 25), `CMYK gave ${cmyk.join()}`);
});

test('ICC profiles are converted to sRGB, also at 16 bits', async (t) => {
  const eight = await solid([195, 78, 39]).withIccProfile('p3').png().toBuffer(); // converts sRGB to P3 on the way out
  t.true(near(await firstPixel(eight), [195, 78, 39], 2));
  // sharp only tags 16-bit pixels, so these are 195, 78, 39 of Display P3: a stronger red in sRGB.
  const deep = await solid([50000, 20000, 10000], Uint16Array).toColourspace('rgb16').withIccProfile('p3').png().toBuffer();
  t.true(near(await firstPixel(deep), [211, 67, 19], 3));
});

test('alpha is dropped as PIL drops it, or laid on white or black', async (t) => {
  const half = solid([200, 100, 50, 128]);
  for (const bytes of [await half.clone().png().toBuffer(), await half.clone().webp({ lossless: true }).toBuffer()]) {
    t.deepEqual(await firstPixel(bytes), [200, 100, 50]);
    t.true(near(await firstPixel(bytes, { alpha: 'white' }), [227, 177, 152], 1));
    t.true(near(await firstPixel(bytes, { alpha: 'black' }), [100, 50, 25], 1));
  }
  t.deepEqual(await firstPixel(await solid([200, 100, 50]).png().toBuffer(), { alpha: 'white' }), [200, 100, 50]);
});

test('the colour under transparent pixels of a GIF is that of the palette', async (t) => {
  // One white, transparent pixel beside a red one: 2x1, palette red, white, index 1 transparent.
  const gif = Buffer.from('474946383961 02000100 800000 ff0000 ffffff 21f904 01 0000 01 00 2c 00000000 02000100 00 02 02440a 00 3b'.replaceAll(' ', ''), 'hex');
  t.deepEqual([...(await decodeImage(gif)).data], [255, 0, 0, 255, 255, 255]);
  t.deepEqual([...(await decodeImage(gif, { alpha: 'black' })).data], [255, 0, 0, 0, 0, 0]);
  t.deepEqual([...(await decodeImage(gif, { alpha: 'white' })).data], [255, 0, 0, 255, 255, 255]);
});

test('of an animation the first frame', async (t) => {
  for (const bytes of [await frames(3).gif().toBuffer(), await frames(3).webp({ lossless: true }).toBuffer()]) {
    const image = await decodeImage(bytes);
    t.like(image, { width: 8, height: 8 });
    t.true(near([...image.data], Array.from(image.data, () => 30), 4));
  }
});

test('a cut at any of many places is image-truncated, in every format', async (t) => {
  for (const [name, bytes] of Object.entries(await encodedSamples())) {
    const cuts = [1, 2, 3, 4, 8, 11, 12, 13, 30, 100, ...[0.1, 0.25, 0.5, 0.75, 0.9, 0.97].map((part) => Math.floor(bytes.length * part))];
    for (const cut of cuts) {
      // With less than the magic bytes left it is not even an image.
      const length = Math.max(12, bytes.length - cut);
      t.is(await faultCode(decodeImage(bytes.subarray(0, length))), 'image-truncated', `${name}: ${length} of ${bytes.length} bytes`);
    }
  }
});

test('a cut that was closed again, so that the structure looks whole, is image-corrupt or image-truncated', async (t) => {
  const samples = await encodedSamples();
  const refused = async (name: string, bytes: Uint8Array) => t.regex(await faultCode(decodeImage(bytes)), /^image-(truncated|corrupt)$/, name);
  for (const part of [0.3, 0.5, 0.9]) {
    for (const name of ['jpeg', 'progressive jpeg']) {
      const bytes = samples[name]!;
      await refused(`${name} ${part}`, Buffer.concat([bytes.subarray(0, Math.floor(bytes.length * part)), Buffer.from([0xff, 0xd9])]));
    }
    for (const name of ['webp', 'lossless webp']) {
      const bytes = Buffer.from(samples[name]!.subarray(0, Math.floor((samples[name]!.length * part) / 2) * 2));
      bytes.writeUInt32LE(bytes.length - 8, 4);
      bytes.writeUInt32LE(bytes.length - 20, 16);
      await refused(`${name} ${part}`, bytes);
    }
    const avif = Buffer.from(samples['avif']!);
    avif.fill(0, Math.floor(avif.length * part));
    await refused(`avif ${part}`, avif);
  }
  // A GIF of several sub-blocks, closed after the first: libvips leaves the rest black without a word.
  const gif = Buffer.from(samples['gif']!);
  const descriptor = gif.indexOf(Buffer.from([0x2c, 0, 0, 0, 0, width, 0, height, 0]));
  const table = (gif[descriptor + 9]! & 0x80) === 0 ? 0 : 3 * (2 << (gif[descriptor + 9]! & 7));
  const firstBlock = descriptor + 10 + table + 1;
  t.true(descriptor > 0 && gif[firstBlock + gif[firstBlock]! + 1]! > 0, 'the sample has more than one sub-block');
  await refused('gif', Buffer.concat([gif.subarray(0, firstBlock + gif[firstBlock]! + 1), Buffer.from([0, 0x3b])]));
});

test('one bit changed in the pixels of a PNG is image-corrupt', async (t) => {
  const bytes = Buffer.from((await encodedSamples())['png']!);
  bytes[Math.floor(bytes.length / 2)]! ^= 1;
  t.is(await faultCode(decodeImage(bytes)), 'image-corrupt');
});

test('harmless oddities of a JPEG header are decoded', async (t) => {
  const bytes = Buffer.from((await encodedSamples())['jpeg']!);
  const whole = await decodeImage(bytes);
  const table = bytes.indexOf(Buffer.from([0xff, 0xc0]));
  const odd: Record<string, Buffer> = {
    'junk before a segment': Buffer.concat([bytes.subarray(0, table), Buffer.from('junk!'), bytes.subarray(table)]),
    'FF00 before a segment': Buffer.concat([bytes.subarray(0, table), Buffer.from([0xff, 0, 0xff, 0]), bytes.subarray(table)]),
    'fill bytes before a segment': Buffer.concat([bytes.subarray(0, table), Buffer.from([0xff, 0xff, 0xff]), bytes.subarray(table)]),
    'a zip behind the end': Buffer.concat([bytes, Buffer.from('PK\x03\x04 and more')]),
    'a second picture behind the end': Buffer.concat([bytes, bytes.subarray(0, 300)]),
  };
  // A JFIF segment of version 9.1, and spectral parameters that a sequential scan cannot have.
  const jfif = Buffer.from([0xff, 0xe0, 0, 16, ...Buffer.from('JFIF\0'), 9, 1, 0, 0, 1, 0, 1, 0, 0]);
  odd['JFIF version 9'] = Buffer.concat([bytes.subarray(0, 2), jfif, bytes.subarray(2)]);
  const scan = bytes.indexOf(Buffer.from([0xff, 0xda]));
  odd['spectral parameters'] = Buffer.from(bytes);
  odd['spectral parameters'].set([1, 7, 0x21], scan + 2 + bytes.readUInt16BE(scan + 2) - 3);
  for (const [name, oddity] of Object.entries(odd)) t.deepEqual(await decodeImage(oddity), whole, name);
});

test('faults name what the bytes are', async (t) => {
  await t.throwsAsync(decodeImage(new Uint8Array(0)), { name: 'SampleFault', code: 'image-empty' });
  await t.throwsAsync(decodeImage(Buffer.from('<!doctype html><title>404</title>')), { code: 'image-not-an-image', message: /HTML/ });
  await t.throwsAsync(decodeImage(Buffer.from('%PDF-1.7\n')), { code: 'image-not-an-image', message: /PDF/ });
  await t.throwsAsync(decodeImage(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')), { code: 'image-format-refused', message: /svg/ });
  await t.throwsAsync(decodeImage(Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1')), { code: 'image-format-refused', message: /heif/ });
  await t.throwsAsync(decodeImage((await encodedSamples())['gif']!, { formats: ['jpeg', 'png'] }), { code: 'image-format-refused', message: /gif.*jpeg, png/ });
});

test('too many pixels are refused from the header, before decoding, at no cost', async (t) => {
  const samples = await encodedSamples();
  await t.throwsAsync(decodeImage(samples['png']!, { maxPixels: width * height - 1 }), { code: 'image-too-large', message: /60x40.*2399/ });
  t.like(await decodeImage(samples['png']!, { maxPixels: width * height }), { width, height });

  const bombs: Record<string, Buffer> = {};
  for (const [name, bytes] of Object.entries(samples)) bombs[name] = Buffer.from(bytes);
  bombs['png']!.writeUInt32BE(60000, 16);
  bombs['png']!.writeUInt32BE(60000, 20);
  bombs['interlaced png']!.writeUInt32BE(0x7fffffff, 16);
  bombs['gif']!.writeUInt32LE(0xffffffff, 6);
  bombs['lossless webp']!.writeUInt32LE(0x0fffffff, 21);
  bombs['webp']!.writeUInt32LE(0x3fff3fff, 26);
  for (const name of ['jpeg', 'progressive jpeg']) bombs[name]!.writeUInt32BE(0xfff0fff0, bombs[name]!.indexOf(Buffer.from([0, height, 0, width])));
  for (let at = bombs['avif']!.indexOf('ispe'); at >= 0; at = bombs['avif']!.indexOf('ispe', at + 4)) {
    bombs['avif']!.writeUInt32BE(60000, at + 8);
    bombs['avif']!.writeUInt32BE(60000, at + 12);
  }
  const before = process.resourceUsage().maxRSS;
  for (const [name, bytes] of Object.entries(bombs)) t.is(await faultCode(decodeImage(bytes)), 'image-too-large', name);
  t.true(process.resourceUsage().maxRSS - before < 50_000, 'memory stays where it was');
});

test('a small header over a large picture is refused by what the decoder finds', async (t) => {
  const side = 4000;
  const large = (alpha: boolean) => sharp({ create: { width: side, height: side, channels: alpha ? 4 : 3, background: { r: 90, g: 90, b: 90, alpha: 0.5 } } });
  const avif = await large(false).avif({ effort: 0 }).toBuffer();
  for (let at = avif.indexOf('ispe'); at >= 0; at = avif.indexOf('ispe', at + 4)) {
    avif.writeUInt32BE(8, at + 8);
    avif.writeUInt32BE(8, at + 12);
  }
  const webp = await large(true).webp({ effort: 0 }).toBuffer();
  t.is(webp.toString('latin1', 12, 16), 'VP8X');
  webp.writeUIntLE(7, 24, 3);
  webp.writeUIntLE(7, 27, 3);
  t.is(await faultCode(decodeImage(avif, { maxPixels: 1000 })), 'image-corrupt');
  t.is(await faultCode(decodeImage(webp, { maxPixels: 1000 })), 'image-corrupt');
});

test('a JPEG that asks for thousands of passes is refused', async (t) => {
  const bytes = Buffer.from((await encodedSamples())['progressive jpeg']!);
  const scan = bytes.lastIndexOf(Buffer.from([0xff, 0xda]));
  const bomb = Buffer.concat([bytes.subarray(0, -2), ...Array.from({ length: 3000 }, () => bytes.subarray(scan, -2)), bytes.subarray(-2)]);
  await t.throwsAsync(decodeImage(bomb), { code: 'image-corrupt', message: /scans/ });
});

test('processes that the decoder lacks are image-unsupported', async (t) => {
  const bytes = Buffer.from((await encodedSamples())['jpeg']!);
  const frame = bytes.indexOf(Buffer.from([0xff, 0xc0]));
  const patched = (offset: number, value: number) => {
    const copy = Buffer.from(bytes);
    copy[frame + offset] = value;
    return copy;
  };
  await t.throwsAsync(decodeImage(patched(4, 12)), { code: 'image-unsupported', message: /12 bits/ });
  await t.throwsAsync(decodeImage(patched(1, 0xc5)), { code: 'image-unsupported', message: /SOF5/ });
});

test('the same fault under load: libvips mixes the messages of pictures, we do not', async (t) => {
  const samples = await encodedSamples();
  const damaged = Object.values(samples).map((bytes) => {
    const copy = Buffer.from(bytes);
    copy.fill(0x55, Math.floor(copy.length * 0.6), Math.floor(copy.length * 0.7));
    return copy;
  });
  const alone = [];
  for (const bytes of damaged) alone.push(await outcome(bytes));
  for (let round = 0; round < 10; round++) t.deepEqual(await Promise.all(damaged.map(outcome)), alone);
});

test('any byte changed: a picture or a SampleFault, and no other error', async (t) => {
  const samples = await encodedSamples();
  for (const name of ['jpeg', 'png', 'webp', 'gif', 'avif']) {
    const bytes = samples[name]!;
    const step = Math.max(1, Math.floor(bytes.length / 60));
    const outcomes = [];
    for (let at = 0; at < bytes.length; at += step) {
      const damaged = new Uint8Array(bytes);
      damaged[at]! ^= 0xff;
      outcomes.push(faultCode(decodeImage(damaged, { maxPixels: 1e6 })));
    }
    for (const code of await Promise.all(outcomes)) t.regex(code, /^(delivered|image-[a-z-]+)$/, name);
  }
});

test('options out of range are refused with the value', async (t) => {
  const bytes = (await encodedSamples())['png']!;
  await t.throwsAsync(decodeImage(bytes, { maxPixels: 0 }), { instanceOf: RangeError, message: /maxPixels.*got 0/ });
  await t.throwsAsync(decodeImage(bytes, { formats: ['tiff' as never] }), { instanceOf: RangeError, message: /formats.*tiff/ });
  await t.throwsAsync(decodeImage(bytes, { alpha: 'pink' as never }), { instanceOf: RangeError, message: /alpha.*pink/ });
});

test('sharp keeps no cache and has no other loader', async (t) => {
  t.is(sharp.cache().memory.max, 0);
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  await t.throwsAsync(sharp(svg).png().toBuffer());
});

test('a GIF whose later frame lies far outside its screen is a bomb: image-too-large', async (t) => {
  // Screen 2x2; two frames of 1x1, the second at (60000, 60000): a canvas of 3.6e9 pixels.
  const frame = (at: number): number[] => [0x2c, at & 255, at >> 8, at & 255, at >> 8, 1, 0, 1, 0, 0, 2, 2, 0x4c, 1, 0];
  const gif = Uint8Array.from([...Buffer.from('GIF89a'), 2, 0, 2, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, ...frame(0), ...frame(60000), 0x3b]);
  const error = await t.throwsAsync(decodeImage(gif), { instanceOf: SampleFault });
  t.is(error.code, 'image-too-large');
  t.regex(error.message, /60001x60001/);
});
