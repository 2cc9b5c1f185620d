/**
 * The image operators, pictures a second, against Pillow or OpenCV doing the same.
 *
 *   python3 -m venv .venv && .venv/bin/pip install -r bench/requirements.txt
 *   npx tsx bench/imageOperators.ts [operator ...]
 *
 * One picture of 500 x 375 pixels, smooth with noise, in memory; each operator is run as the stage that a recipe has, one picture at a time. The other side is one Python
 * process (bench/imageOperators.py; $PYTHON, else .venv/bin/python, else python3) that holds the same picture: OpenCV (one thread) where it has the operator, else Pillow. Both count
 * their own CPU time, garbage collection included, because other work on the machine then costs both alike. Runs alternate, the side that begins
 * changes; a ratio is ours : theirs of one round, quoted as the median of 5 rounds [range]. About a minute.
 *
 * `differs by` is the mean distance of the two results in levels of 255, for operators without chance. Ours are TensorFlow's numbers to the bit, which cut floats off where Pillow and
 * OpenCV round integers: half a level is nothing more than that. The random ones do like work, not the same; inceptionCrop cuts 250 x 250 pixels
 * on the other side.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { from, lastValueFrom, type OperatorFunction } from 'rxjs';
import type { Sample } from '../engine/index.js';
import { encodeJpeg } from '../formats/image/encodeJpeg.js';
import { decodeImage as decodeBytes } from '../formats/image/decodeImage.js';
import type { PixelArray } from '../kernels/resizeImage.js';
import type { RgbImage } from '../kernels/rgbImage.js';
import { augMix, centralCrop, colorJitter, decodeImage, flipLeftRight, inceptionCrop, randAugment, randomJpeg, resize, resizeSmall, resizeWithPad, valueRange } from '../operators/index.js';

const ROUNDS = 5;
/** Of CPU, for each side in each round. */
const SECONDS = 0.2;
const [width, height] = [500, 375];

type Picture = Sample & { readonly pixels: RgbImage; readonly image: { readonly data: Uint8Array; readonly extension: string } };
type Operator = OperatorFunction<Picture, Sample & { readonly pixels: PixelArray }>;
const one = { concurrency: 1 };

/** What each is called on the other side, our stage, and whether the two should give the same. */
const operators: Readonly<Record<string, readonly [stage: Operator, same: boolean]>> = {
  decode: [decodeImage(one), true],
  bilinear: [resize({ size: 224, ...one }), true],
  'bilinear antialiased': [resize({ size: 224, antialias: true, ...one }), true],
  'bicubic antialiased': [resize({ size: 224, method: 'bicubic', antialias: true, ...one }), true],
  'lanczos3 antialiased': [resize({ size: 224, method: 'lanczos3', antialias: true, ...one }), true],
  area: [resize({ size: 224, method: 'area', ...one }), true],
  nearest: [resize({ size: 224, method: 'nearest', ...one }), true],
  resizeSmall: [resizeSmall({ size: 256, ...one }), true],
  resizeWithPad: [resizeWithPad({ size: 224, ...one }), true],
  centralCrop: [centralCrop(), true],
  inceptionCrop: [inceptionCrop({ size: 224, ...one }), false],
  flipLeftRight: [flipLeftRight({ probability: 1 }), true],
  valueRange: [valueRange(), true],
  randAugment: [randAugment(one), false],
  augMix: [augMix(one), false],
  colorJitter: [colorJitter({ brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1, ...one }), false],
  randomJpeg: [randomJpeg({ probability: 1, ...one }), false],
};

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(operators);
for (const name of names) if (operators[name] === undefined) throw new Error(`no operator ${name}; there are ${Object.keys(operators).join(', ')}`);

const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-image-'));
const wave = (x: number, y: number, c: number): number => 128 + 60 * Math.sin(x / (17 + 3 * c)) + 50 * Math.cos(y / (23 - 2 * c) + x / 91) + ((((x * 73_856_093) ^ (y * 19_349_663) ^ (c * 83_492_791)) >>> 7) % 21) - 10;
const drawn = { width, height, data: Uint8Array.from({ length: width * height * 3 }, (_, i) => wave(Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3)) };
const jpeg = await encodeJpeg(drawn, { quality: 90 });
const pixels = await decodeBytes(jpeg);

const sampleOf = (record: number): Picture => ({
  key: `${record}`,
  origin: { dataset: 'bench', shard: 'memory', record, pass: 0, path: [] },
  cursor: { kind: 'source', position: null },
  pixels,
  image: { data: jpeg, extension: 'jpg' },
});

/** CPU seconds for `count` pictures, and the last result. */
async function ours(stage: Operator, count: number): Promise<{ seconds: number; result: PixelArray }> {
  const samples = Array.from({ length: count }, (_, record) => sampleOf(record));
  const before = process.cpuUsage();
  const { pixels: result } = await lastValueFrom(from(samples).pipe(stage));
  const { user, system } = process.cpuUsage(before);
  return { seconds: (user + system) / 1e6, result };
}

const [jpegPath, rgbPath, outPath] = ['picture.jpg', 'picture.rgb', 'out'].map((name) => join(folder, name)) as [string, string, string];
await writeFile(jpegPath, jpeg);
await writeFile(rgbPath, pixels.data);
const venv = fileURLToPath(new URL('../.venv/bin/python', import.meta.url));
const python = spawn(process.env.PYTHON ?? (existsSync(venv) ? venv : 'python3'), [fileURLToPath(new URL('imageOperators.py', import.meta.url)), jpegPath, rgbPath, `${width}`, `${height}`], { stdio: ['pipe', 'pipe', 'inherit'] });
const answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]();

async function theirs(name: string, count: number, out = '-'): Promise<number> {
  python.stdin.write(`${name}\t${count}\t${out}\n`);
  const { value, done } = await answers.next();
  if (done === true) throw new Error('the Python process has ended: it needs the packages of bench/requirements.txt');
  return Number(value);
}

async function difference(name: string, { data }: PixelArray): Promise<number> {
  await theirs(name, 1, outPath);
  const bytes = await readFile(outPath);
  const other = data instanceof Float32Array ? new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4) : bytes;
  if (other.length !== data.length) throw new Error(`${name}: ${data.length} values, Python has ${other.length}`);
  let sum = 0;
  for (let i = 0; i < data.length; i += 1) sum += Math.abs(data[i]! - other[i]!);
  return sum / data.length;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

try {
  process.stdout.write(`one picture of ${width} x ${height}, ${ROUNDS} rounds, CPU time of one process each, Node ${process.versions.node}\n`);
  for (const name of names) {
    const [stage, same] = operators[name]!;
    await ours(stage, 30);
    const { seconds, result } = await ours(stage, 30);
    const counts = [seconds / 30, (await theirs(name, 30)) / 30].map((each) => Math.max(10, Math.min(4000, Math.round(SECONDS / Math.max(each, 1e-6))))) as [number, number];
    const rates: [number, number][] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const other = round % 2 === 0 ? undefined : await theirs(name, counts[1]);
      const mine = (await ours(stage, counts[0])).seconds;
      rates.push([counts[0] / mine, counts[1] / (other ?? (await theirs(name, counts[1])))]);
    }
    const ratios = rates.map(([mine, other]) => mine / other);
    const apart = same ? `   differs by ${(await difference(name, result)).toFixed(name === 'valueRange' ? 7 : 2)}` : '';
    const [mine, other] = [0, 1].map((side) => median(rates.map((pair) => pair[side]!)).toFixed(0).padStart(6)) as [string, string];
    process.stdout.write(`${name.padEnd(22)} ours ${mine} /s   theirs ${other} /s   ratio ${median(ratios).toFixed(2)} [${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}]${apart}\n`);
  }
} finally {
  python.stdin.end();
  await rm(folder, { recursive: true });
}
