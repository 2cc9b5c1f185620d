import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import test from 'ava';
import { decodeImage } from '../../formats/image/decodeImage.js';
import { readImageHeader, type ImageHeader } from '../../formats/image/header.js';
import type { RgbImage } from '../../kernels/rgbImage.js';
import { SampleFault } from '../../kernels/sampleFault.js';

/*
 * Some 530 files that decoders stumbled over, from many projects, with the verdict of Pillow 12.3 on each (shared data/nasty, MANIFEST.json).
 * image-expectations.json holds our verdict: `ok WxH` or the code of the fault. Write it anew with MILLRACE_WRITE_EXPECTATIONS=1, then read the
 * difference: every line of it is a change of what training sees.
 */

interface Nasty {
  readonly file: string;
  readonly sha256: string;
  readonly kind: string;
  readonly width?: number;
  readonly height?: number;
  readonly pillow_12_3: { readonly ok: boolean; readonly format?: string; readonly mode?: string };
}

interface Outcome {
  readonly verdict: string;
  readonly image?: RgbImage;
  readonly header?: ImageHeader;
  readonly ms: number;
}

/** Where we differ from Pillow, and why that is right. Files without their folder `nasty/`. */
const disagreements: Record<string, { weDeliver: boolean; files: readonly string[] }> = {
  'a format that is recognised and not allowed (ICO, JPEG 2000, TIFF, BMP)': {
    weDeliver: false,
    files: ['unsupported/libvips__favicon.ico', 'unsupported/libvips__invisible.ico', 'unsupported/libvips__issue412.jp2', 'unsupported/pillow__16_bit_noise.tif', 'unsupported/pillow__hopper.bmp'],
  },
  'a checksum of pixel data that is wrong: Pillow does not look at it': {
    weDeliver: false,
    files: ['corrupt/codec-corpus__xcsn0g01.png', 'corrupt/image-png__x_interlaced_chck.png'],
  },
  'scan data left over or of the wrong restart interval: looked at, these pictures are stripes and noise': {
    weDeliver: false,
    files: ['corrupt/jpeg-decoder__subtract-with-overflow.jpg', 'exif/pillow__hopper_bad_exif.jpg', 'fuzz/codec-corpus__8b7eb81d708aa9e76808d3d61d6dc746fe94393a'],
  },
  'scan data that ends early or lacks a scan: Pillow fills in grey': {
    weDeliver: false,
    files: ['fuzz/jpeg-decoder__28c74d9284d9836017fd519f6932efd8.jpg', 'odd-jpeg/jpeg-decoder__partial_progressive.jpg', 'odd-jpeg/jpeg-decoder__progressive-missing-dc.jpg'],
  },
  'a GIF bomb: a later frame placed far outside the screen; Pillow looks at the first frame alone': {
    weDeliver: false,
    files: ['bomb/pillow__decompression_bomb_extents.gif'],
  },
  'no end marker: the walk over the markers runs off the file': {
    weDeliver: false,
    files: ['fuzz/jpeg-decoder__5482a54657765056f1a94116a8dbffe7.jpg', 'fuzz/jpeg-decoder__7997b6b229f25315d33f5c7085e37500.jpg'],
  },
  'a text chunk or colour chunk that Pillow refuses and that does not touch the pixels': {
    weDeliver: true,
    files: ['bomb/pillow__png_decompression_dos.png', 'odd-png/image-png__cicp_pq.png'],
  },
  'an AVIF that is whole and bends a rule (no size of the alpha item, a property not marked essential, a gain map we do not use, a tile named twice)': {
    weDeliver: true,
    files: [
      'odd-avif/libavif__alpha_noispe.avif',
      'odd-avif/libavif__clap_irot_imir_non_essential.avif',
      'odd-avif/libavif__supported_gainmap_writer_version_with_extra_bytes.avif',
      'odd-avif/libavif__sofa_grid1x5_420_dimg_repeat.avif',
    ],
  },
};

const root = new URL('../../', import.meta.url);
const dataFolder = new URL(`${process.env['MILLRACE_SHARED'] ?? '../shared'}/data/`, root);
const expectationsFile = new URL('./image-expectations.json', import.meta.url);

/** No picture here needs more than a quarter of a second; a hang would be seen as one, not as a test that never ends. */
const hangMs = 20_000;

async function outcome(bytes: Uint8Array): Promise<Outcome> {
  const began = performance.now();
  let header: ImageHeader | undefined;
  try {
    header = readImageHeader(bytes);
  } catch (error) {
    if (!(error instanceof SampleFault)) throw error;
  }
  const since = (): number => performance.now() - began;
  try {
    const image = await decodeImage(bytes);
    return { verdict: `ok ${image.width}x${image.height}`, image, header, ms: since() };
  } catch (error) {
    if (!(error instanceof SampleFault)) throw error;
    return { verdict: error.code, header, ms: since() };
  }
}

function withGuard<T>(promise: Promise<T>, file: string): Promise<T> {
  let timer: NodeJS.Timeout;
  const guard = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${file} took more than ${hangMs} ms`)), hangMs);
  });
  return Promise.race([promise, guard]).finally(() => clearTimeout(timer));
}

function mean(image: RgbImage): number {
  let sum = 0;
  for (const value of image.data) sum += value;
  return sum / image.data.length;
}

const began = performance.now();
const manifest = JSON.parse(await readFile(new URL('MANIFEST.json', dataFolder), 'utf8')) as { files: Nasty[] };
const nasty = manifest.files.filter(({ file }) => file.startsWith('nasty/'));
const results = new Map<string, Omit<Outcome, 'image'> & { mean?: number; size?: string }>();
const crashes: string[] = [];
for (const { file, sha256 } of nasty) {
  const bytes = new Uint8Array(await readFile(new URL(file.split('/').map(encodeURIComponent).join('/'), dataFolder)));
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) throw new Error(`${file} is not the file that the manifest means`);
  try {
    const { image, ...rest } = await withGuard(outcome(bytes), file);
    results.set(file, { ...rest, ...(image && { mean: mean(image) }) });
  } catch (error) {
    crashes.push(`${file}: ${String(error)}`);
  }
}
const seconds = (performance.now() - began) / 1000;
const short = (file: string): string => file.slice('nasty/'.length);
if (process.env['MILLRACE_WRITE_EXPECTATIONS'] === '1') {
  const verdicts = Object.fromEntries([...results].map(([file, { verdict }]) => [short(file), verdict]));
  await writeFile(expectationsFile, `${JSON.stringify(verdicts, undefined, 1)}\n`);
}

const means = (pattern: RegExp) => [...results].filter(([file, { verdict }]) => pattern.test(file) && verdict.startsWith('ok')).map(([, result]) => result.mean!);

test('every file ends as a picture or a SampleFault: no crash, no hang, no other error', (t) => {
  t.true(nasty.length > 500);
  t.deepEqual(crashes, []);
});

test('time and memory are bounded', (t) => {
  const rssMb = process.resourceUsage().maxRSS / 1024;
  t.log(`${nasty.length} files, ${seconds.toFixed(1)} s, largest RSS ${rssMb.toFixed(0)} MB`);
  t.true(seconds < 60);
  t.true(rssMb < 1500);
});

test('every file ends as written down', async (t) => {
  const expected = JSON.parse(await readFile(expectationsFile, 'utf8')) as Record<string, string>;
  t.deepEqual(Object.fromEntries([...results].map(([file, { verdict }]) => [short(file), verdict])), expected);
});

test('we differ from Pillow where we say so and nowhere else', (t) => {
  const known = new Map(Object.values(disagreements).flatMap(({ weDeliver, files }) => files.map((file) => [file, weDeliver] as const)));
  const found = new Map<string, boolean>();
  for (const { file, pillow_12_3: pillow } of nasty) {
    const delivered = results.get(file)?.verdict.startsWith('ok') ?? false;
    if (delivered !== pillow.ok) found.set(short(file), delivered);
  }
  t.deepEqual([...found].toSorted(), [...known].toSorted());
});

test('a delivered picture has the size of the manifest, turned where its orientation says so', (t) => {
  // Since 11.3 Pillow reports the rotation of an AVIF as an orientation, so its size is the one before.
  const turnedByAvif = new Set(['exif-orientation/pillow__rot1mir0.avif', 'exif-orientation/pillow__rot3mir1.avif', 'odd-avif/libavif__abc_color_irot_alpha_NOirot.avif', 'odd-avif/libavif__abc_color_irot_alpha_irot.avif']);
  let compared = 0;
  for (const { file, width, height } of nasty) {
    const result = results.get(file)!;
    if (!result.verdict.startsWith('ok') || width === undefined) continue;
    const turned = result.header!.orientation >= 5 || turnedByAvif.has(short(file));
    t.is(result.verdict, turned ? `ok ${height}x${width}` : `ok ${width}x${height}`, file);
    compared++;
  }
  t.true(compared > 300);
});

test('the header of a delivered picture agrees with Pillow about format and channels', (t) => {
  const formatOf: Record<string, string> = { JPEG: 'jpeg', MPO: 'jpeg', PNG: 'png', GIF: 'gif', WEBP: 'webp', AVIF: 'avif' };
  // A palette is not told from what it stands for, and Pillow keeps tRNS outside of the mode.
  const channelsOf: Record<string, readonly number[]> = { L: [1, 2], LA: [2], RGB: [3, 4], RGBA: [2, 4], CMYK: [4], 'I;16': [1, 2], '1': [1, 2] };
  for (const { file, pillow_12_3: pillow } of nasty) {
    const { verdict, header } = results.get(file)!;
    if (!verdict.startsWith('ok') || !pillow.ok) continue;
    t.is(header!.format as string, formatOf[pillow.format!]!, file);
    const channels = channelsOf[pillow.mode!];
    if (channels !== undefined && header!.format !== 'gif') t.true(channels.includes(header!.channels), `${file}: Pillow ${pillow.mode}, we ${header!.channels}`);
  }
});

test('the same picture in other clothes has the same mean colour', (t) => {
  const groups: [name: string, pattern: RegExp, count: number, spread: number][] = [
    ['Landscape in eight orientations', /sharp__Landscape_[1-8]/, 8, 1.5],
    ['hopper in seven orientations, JPEG and WebP', /hopper_orientation_\d\.(jpg|webp)/, 14, 4],
  ];
  for (const [name, pattern, count, spread] of groups) {
    const values = means(pattern);
    t.is(values.length, count, name);
    t.true(Math.max(...values) - Math.min(...values) < spread, `${name}: ${values.map((value) => value.toFixed(1)).join(' ')}`);
  }
});

test('ordinary files have a mean colour that is neither black nor blank', (t) => {
  for (const { file, kind } of nasty) {
    const { verdict, mean: value } = results.get(file)!;
    if (kind === 'valid' && verdict.startsWith('ok')) t.true(value! > 20 && value! < 240, `${file}: ${value}`);
  }
  const { verdict, mean: value } = results.get('nasty/trailing/trailing-zip.jpg')!;
  t.is(verdict, 'ok 348x348');
  t.true(value! > 60 && value! < 130, `${value}`);
});
