/** The picture recipes as streams: the same steps for any ranks and workers, resumed anywhere, and what their samples hold. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { openStream } from '../../engine/stream.js';
import type { Pipeline } from '../../engine/pipeline.js';
import type { Sample } from '../../engine/sample.js';
import type { StoresOf } from '../../engine/stage.js';
import { readTokenizer } from '../../formats/tokenizer/readTokenizer.js';
import type { PixelArray } from '../../kernels/resizeImage.js';
import flexivit from '../../pipelines/flexivit.js';
import type { PackedPatches } from '../../kernels/packing/packPatches.js';
import type { PackedTokens } from '../../kernels/packing/packTokens.js';
import navitSiglip from '../../pipelines/navit-siglip.js';
import siglip from '../../pipelines/siglip.js';
import vit from '../../pipelines/vit.js';
import { fileStore } from '../../storage/fileStore.js';
import { memoryStore } from '../../storage/memoryStore.js';
import { CLASSES, classOfPicture, pictureShard } from '../helpers/pictures.js';
import { putObject } from '../helpers/shards.js';
import { world } from '../helpers/streams.js';
import { TINY_TRAINING } from '../helpers/tinyTraining.js';

const GRIDS = [1, 2, 4, 8, 16];
const IN = 'memory://pictures/{0..3}.tar';
const TOKENIZER = fileURLToPath(new URL('../../models/tiny-owlv2/tokenizer.json', import.meta.url));
const NO_TOKENS = { tokenizer: '', tokens: 64, pad: 1 };
const RECIPES: Readonly<Record<string, () => Pipeline>> = {
  flexivit: () => flexivit.build({ ...TINY_TRAINING, in: IN, epochs: 2, classes: CLASSES, size: 32, grids: GRIDS.join(','), batch: 32, window: 64, mixup: 1 }) as Pipeline,
  vit: () => vit.build({ ...TINY_TRAINING, in: IN, epochs: 2, classes: CLASSES, size: 32, batch: 16, window: 64, magnitude: 1, mixup: 0 }) as Pipeline,
  'navit-siglip': () => navitSiglip.build({ ...TINY_TRAINING, in: IN, epochs: 2, batch: 16, length: 20, maxSide: 80, drop: 0.5, open: 2, tokenizer: '', window: 64 }) as Pipeline,
  siglip: () => siglip.build({ ...TINY_TRAINING, in: IN, epochs: 2, size: 32, batch: 16, window: 64, ...NO_TOKENS }) as Pipeline,
};
/** Who is in a step; packed samples have several. */
const membersIn = (step: readonly string[]): string[] => step.flatMap((text) => text.slice(text.lastIndexOf(' ') + 1).split(','));
let stores: StoresOf;
test.before(async () => {
  const store = memoryStore();
  for (const [shard, records] of [20, 17, 23, 20].entries()) await putObject(store, `memory://pictures/${shard}.tar`, await pictureShard(shard, records, shard === 1 ? [3] : []));
  stores = () => store;
});

for (const [name, make] of Object.entries(RECIPES)) {
  test(`${name}: every good picture once an epoch, the damaged one refused by decodeImage`, async (t) => {
    const { steps, dropped } = await world(make, { stores, budget: 4e9 });
    const members = steps.flatMap(membersIn);
    t.is(members.length, 2 * 79);
    t.is(new Set(members).size, 2 * 79);
    t.is(dropped.flat().filter((line) => line.includes('image-')).length, 2, dropped.flat().join());
  });

  test(`${name}: the same steps for ranks and workers, and after a resume in another world`, async (t) => {
    const whole = await world(make, { stores, budget: 4e9 });
    for (const [ranks, workers] of [[1, 2], [4, 1], [16, 0]] as const) t.deepEqual((await world(make, { stores, budget: 4e9, ranks, workers })).steps, whole.steps, `${ranks} ranks, ${workers} workers`);
    for (const at of [1, 4, whole.steps.length - 1]) {
      const resumed = await world(make, { stores, budget: 4e9, from: whole.checkpoints.get(at), ranks: 2, workers: 1 });
      t.deepEqual(resumed.steps, whole.steps.slice(at), `from step ${at}`);
    }
  });

  if (name === 'navit-siglip') continue;
  test(`${name}: pixels are float32 [32, 32, 3] in -1..1`, async (t) => {
    const plain: boolean[] = [];
    for await (const { contributions } of await stepsOf(make)) {
      for (const { pixels } of contributions.flatMap((entry) => entry.samples) as unknown as readonly { readonly pixels: PixelArray<Float32Array> }[]) {
        t.deepEqual([pixels.width, pixels.height, pixels.data.length], [32, 32, 32 * 32 * 3]);
        t.true(pixels.data instanceof Float32Array && pixels.data.every((value) => value >= -1 && value <= 1));
        plain.push(new Set(pixels.data).size <= 3);
      }
    }
    // A crop, and a distorted one, may be of one colour, seldom: RandAugment moves by pixels, so these small pictures get magnitude 1, which posterizes to two values.
    t.true(plain.filter(Boolean).length <= (name === 'siglip' ? 0 : 0.25 * plain.length), `${plain.filter(Boolean).length} of ${plain.length} pictures are plain colours`);
  });
}

test('navit-siglip: sequences of one shape, several pictures in most, each with its own text tokens', async (t) => {
  type Sequence = Sample & { readonly patches: PackedPatches; readonly tokens: PackedTokens; readonly examples: readonly { readonly key: string; readonly text: string }[]; readonly exampleWeights: Float32Array };
  const sizes: number[] = [];
  for await (const { contributions } of await stepsOf(RECIPES['navit-siglip']!)) {
    for (const { key, patches, tokens, examples, exampleWeights, ...rest } of contributions.flatMap((entry) => entry.samples) as unknown as readonly Sequence[]) {
      sizes.push(examples.length);
      t.deepEqual(Object.keys(rest).toSorted(), ['cursor', 'members', 'origin']);
      t.deepEqual([patches.width, patches.data.length, patches.segmentIds.length, patches.rows.length, patches.fractionalColumns.length], [768, 20 * 768, 20, 20, 20]);
      t.deepEqual([tokens.data.length, patches.cumulativeLengths.length, exampleWeights.length], [192, 13, 12]);
      t.true(patches.data instanceof Float32Array && patches.data.every((value) => value >= -1 && value <= 1));
      t.true(patches.data.subarray(patches.count * 768).every((value) => value === 0), 'padding is 0');
      t.is(examples.map((example) => example.key).join('+'), key);
      t.is(exampleWeights.reduce((sum, weight) => sum + weight, 0), examples.length);
      for (const [example, { text }] of examples.entries()) {
        const ids = tokens.data.subarray(tokens.cumulativeLengths[example], tokens.cumulativeLengths[example + 1]);
        t.is(new TextDecoder().decode(Uint8Array.from(ids)), text.slice(0, 24));
        t.true((patches.cumulativeLengths[example + 1] as number) > (patches.cumulativeLengths[example] as number), 'a patch at least');
      }
    }
  }
  t.true(sizes.filter((size) => size > 1).length > sizes.length / 2, sizes.join());
});

test('siglip: texts are as they were; vit: labels are the class of their own picture', async (t) => {
  for await (const { contributions } of await stepsOf(RECIPES.siglip!)) for (const sample of contributions.flatMap((entry) => entry.samples)) t.is(typeof (sample as unknown as { text: unknown }).text, 'string');
  for await (const { contributions } of await stepsOf(RECIPES.vit!)) {
    for (const { key, labels } of contributions.flatMap((entry) => entry.samples) as readonly (Sample & { readonly labels?: Float32Array })[]) {
      const [shard = 0, n = 0] = key.split('-').map(Number);
      t.deepEqual([...labels!], Array.from({ length: CLASSES }, (_, at) => (at === classOfPicture(shard * 1000 + n) ? 1 : 0)), key);
    }
  }
});

test('flexivit: one patch size a step, of all its samples; labels are mixtures of two that weigh 1 together', async (t) => {
  const drawn = new Set<number>();
  let mixtures = 0;
  for await (const { contributions, fields } of await stepsOf(RECIPES.flexivit!)) {
    const { grid, patchSize } = fields as unknown as Record<string, number>;
    t.is(patchSize, 32 / grid!);
    drawn.add(grid!);
    for (const { samples } of contributions) {
      for (const sample of samples as readonly (Sample & { readonly labels?: Float32Array; readonly grid?: number; readonly patchSize?: number })[]) {
        t.like(sample, { grid, patchSize });
        const shares = [...sample.labels!].filter((share) => share > 0).toSorted((a, b) => b - a);
        mixtures += shares.length === 2 ? 1 : 0;
        t.true(shares.length <= 2 && Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 1e-6, String(shares));
      }
    }
  }
  t.true([...drawn].every((grid) => GRIDS.includes(grid)));
  t.true(drawn.size > 1 && mixtures > 50, `${drawn.size} sizes, ${mixtures} mixtures`);
});

test('vit with mixup: labels are mixed, and a batch that leaves a lane alone with one picture is refused', async (t) => {
  const make = (size: number): Pipeline => vit.build({ ...TINY_TRAINING, in: IN, epochs: 1, classes: CLASSES, size: 8, batch: size, window: 64, magnitude: 10, mixup: 0.2 }) as Pipeline;
  await t.throwsAsync(stepsOf(() => make(16)), { name: 'UsageError', message: 'mixup: needs 2 samples of each lane in a step, and a batch of 16 over 16 lanes has 1: make `size` 32 at least' });
  let mixtures = 0;
  for await (const { contributions } of await stepsOf(() => make(32))) {
    for (const { labels } of contributions.flatMap((entry) => entry.samples) as readonly (Sample & { readonly labels?: Float32Array })[]) mixtures += labels!.filter((share) => share > 0).length > 1 ? 1 : 0;
  }
  t.true(mixtures > 20, `${mixtures} mixtures`);
});

test('siglip with a tokenizer: tokens beside the same pictures, lower-cased, cut with the end kept, padded with 1', async (t) => {
  const make = (tokens: number, tokenizer = TOKENIZER): Pipeline => siglip.build({ ...TINY_TRAINING, in: IN, epochs: 2, size: 32, batch: 16, window: 64, tokenizer, tokens, pad: 1 }) as Pipeline;
  const both: StoresOf = (url) => (url === TOKENIZER ? fileStore() : stores(url));
  const { encode, special } = readTokenizer(readFileSync(TOKENIZER));
  const steps = async (pipe: () => Pipeline, more = {}): Promise<readonly (readonly string[])[]> => (await world(pipe, { stores: both, budget: 4e9, ...more })).steps;
  const withTokens = await steps(() => make(16));
  t.deepEqual(withTokens.map((step) => step.map((text) => text.split(' ')[0])), (await steps(() => make(16, ''))).map((step) => step.map((text) => text.split(' ')[0])));
  t.deepEqual(await steps(() => make(16), { ranks: 4, workers: 1 }), withTokens);
  for (const maxTokens of [3, 64]) {
    for await (const { contributions } of await stepsOf(() => make(maxTokens), both)) {
      for (const { text, tokens } of contributions.flatMap((entry) => entry.samples) as unknown as readonly { readonly text: string; readonly tokens: Int32Array }[]) {
        const ids = encode(text.toLowerCase());
        const expected = ids.length >= maxTokens ? [...ids.slice(0, maxTokens - 1), special.eos] : [...ids, special.eos, ...Array.from({ length: maxTokens - 1 - ids.length }, () => 1)];
        t.deepEqual([...tokens], expected, text);
      }
    }
  }
});

test('navit-siglip with a tokenizer: the tokens of each example are those of its own caption', async (t) => {
  const make = (): Pipeline => navitSiglip.build({ ...TINY_TRAINING, in: IN, epochs: 1, batch: 16, length: 20, maxSide: 80, drop: 0.5, open: 2, tokenizer: TOKENIZER, window: 64 }) as Pipeline;
  const { encode, special } = readTokenizer(readFileSync(TOKENIZER));
  let examples = 0;
  for await (const { contributions } of await stepsOf(make, (url) => (url === TOKENIZER ? fileStore() : stores(url)))) {
    for (const sequence of contributions.flatMap((entry) => entry.samples) as unknown as readonly { readonly tokens: PackedTokens; readonly examples: readonly { readonly text: string }[] }[]) {
      for (const [example, { text }] of sequence.examples.entries()) {
        const found = [...sequence.tokens.data].filter((_, at) => sequence.tokens.segmentIds[at] === example + 1);
        const ids = encode(text.toLowerCase());
        t.deepEqual(found, ids.length >= 24 ? [...ids.slice(0, 23), special.eos as number] : [...ids, special.eos as number], text);
        examples += 1;
      }
    }
  }
  t.true(examples > 50, `${examples} examples`);
});

test('vit: a class that is none is quarantined with what it was', async (t) => {
  const make = (): Pipeline => vit.build({ ...TINY_TRAINING, in: IN, epochs: 1, classes: 3, size: 8, batch: 16, window: 64, magnitude: 10, mixup: 0 }) as Pipeline;
  const { steps: kept, dropped } = await world(make, { stores, budget: 4e9 });
  t.true(kept.flat().length < 79);
  t.true(dropped.flat().some((line) => line.includes('class-invalid')));
});

async function stepsOf(make: () => Pipeline, from = stores): Promise<ReturnType<Awaited<ReturnType<typeof openStream>>['steps']>> {
  const stream = await openStream(make(), { seed: 1, lanes: 16, stores: from, signal: new AbortController().signal, maxInFlightBytes: 4e9 });
  return stream.steps();
}
