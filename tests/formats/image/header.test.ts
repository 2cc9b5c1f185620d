import test from 'ava';
import { SampleFault } from '../../../kernels/sampleFault.js';
import { acceptHeader, orientedSize, readImageHeader } from '../../../formats/image/header.js';
import { sharp } from '../../../formats/image/sharp.js';
import { encodedSamples, frames, height, pixels, width } from './samples.js';

const base = () => sharp(pixels, { raw: { width, height, channels: 3 } });

test('size and format of every kind', async (t) => {
  for (const [name, bytes] of Object.entries(await encodedSamples())) {
    t.like(readImageHeader(bytes), { format: name.split(' ').at(-1) as never, width, height, orientation: 1, channels: 3, bitDepth: 8 }, name);
  }
});

test('orientation from EXIF: JPEG, PNG and WebP', async (t) => {
  for (let orientation = 1; orientation <= 8; orientation++) {
    for (const encode of ['jpeg', 'png', 'webp'] as const) {
      const bytes = await base().withMetadata({ orientation })[encode]().toBuffer();
      t.like(readImageHeader(bytes), { width, height, orientation }, `${encode} ${orientation}`);
    }
  }
});

test('turned as the orientation says: 5 to 8 lie on their side', (t) => {
  for (let orientation = 1; orientation <= 8; orientation++) t.deepEqual(orientedSize({ width, height, orientation }), orientation < 5 ? { width, height } : { width: height, height: width });
});

test('a header is judged against what is accepted', async (t) => {
  const bytes = await base().png().toBuffer();
  t.deepEqual(acceptHeader(bytes, { maxPixels: width * height, formats: ['png'] }), readImageHeader(bytes));
  t.throws(() => acceptHeader(bytes, { maxPixels: width * height - 1, formats: ['png'] }), { instanceOf: SampleFault, code: 'image-too-large' });
  t.throws(() => acceptHeader(bytes, { maxPixels: width * height, formats: ['jpeg'] }), { instanceOf: SampleFault, code: 'image-format-refused' });
});

test('a damaged EXIF block means orientation 1', async (t) => {
  const bytes = await base().withMetadata({ orientation: 6 }).jpeg().toBuffer();
  const exif = bytes.indexOf('Exif\0\0');
  for (let at = exif + 6; at < exif + 40; at++) {
    const damaged = Buffer.from(bytes);
    damaged.fill(0xff, at, at + 4);
    t.like(readImageHeader(damaged), { width, height });
  }
});

test('channels: grey, alpha, palette, CMYK', async (t) => {
  const rgba = base().ensureAlpha(0.5);
  t.is(readImageHeader(await base().toColourspace('b-w').png().toBuffer()).channels, 1);
  t.is(readImageHeader(await base().toColourspace('b-w').jpeg().toBuffer()).channels, 1);
  t.is(readImageHeader(await rgba.clone().png().toBuffer()).channels, 4);
  t.is(readImageHeader(await rgba.clone().webp({ lossless: true }).toBuffer()).channels, 4);
  t.is(readImageHeader(await rgba.clone().webp().toBuffer()).channels, 4);
  t.is(readImageHeader(await rgba.clone().avif({ effort: 0 }).toBuffer()).channels, 4);
  t.is(readImageHeader(await base().png({ palette: true }).toBuffer()).channels, 3);
  t.is(readImageHeader(await base().toColourspace('cmyk').jpeg().toBuffer()).channels, 4);
});

test('deep pictures and animations', async (t) => {
  t.like(readImageHeader(await base().toColourspace('rgb16').png().toBuffer()), { bitDepth: 16, width, height });
  t.like(readImageHeader(await base().avif({ bitdepth: 10, effort: 0 }).toBuffer()), { bitDepth: 10, width, height });
  t.like(readImageHeader(await frames(3).gif().toBuffer()), { width: 8, height: 8, frames: 3 });
  t.like(readImageHeader(await frames(3).webp().toBuffer()), { width: 8, height: 8, frames: 3 });
});

test('a header cut anywhere is a fault or still a header, never another error', async (t) => {
  for (const [name, bytes] of Object.entries(await encodedSamples())) {
    for (let length = 0; length < Math.min(bytes.length, 700); length++) {
      try {
        t.like(readImageHeader(bytes.subarray(0, length)), { width, height }, `${name} cut to ${length}`);
      } catch (error) {
        if (!(error instanceof SampleFault)) t.fail(`${name} cut to ${length}: ${String(error)}`);
      }
    }
  }
});

test('any byte changed: a fault or a header, never another error', async (t) => {
  for (const [name, bytes] of Object.entries(await encodedSamples())) {
    for (let at = 0; at < Math.min(bytes.length, 500); at++) {
      for (const value of [0x00, 0x01, 0x7f, 0x80, 0xff]) {
        const damaged = new Uint8Array(bytes);
        damaged[at] = value;
        try {
          readImageHeader(damaged);
        } catch (error) {
          if (!(error instanceof SampleFault)) t.fail(`${name}, byte ${at} = ${value}: ${String(error)}`);
        }
      }
    }
  }
  t.pass();
});

test('a GIF whose first frame is larger than its screen has the size of the frame', async (t) => {
  const bytes = await frames(1).gif().toBuffer();
  bytes.writeUInt16LE(3, 6);
  bytes.writeUInt16LE(0, 8);
  t.like(readImageHeader(bytes), { width: 8, height: 8 });
});
