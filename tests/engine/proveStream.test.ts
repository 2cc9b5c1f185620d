/** The proof of a streaming run finds what it must: a sample that vanished or came twice, blocks that are missing, edited or of another run. */
import { filter, mergeMap, of } from 'rxjs';
import test from 'ava';
import { recordBlocks, type Block } from '../../engine/block.js';
import type { Checkpoint } from '../../engine/checkpoint.js';
import { expand } from '../../engine/expand.js';
import { keep } from '../../engine/keep.js';
import { pipeline, type Pipeline } from '../../engine/pipeline.js';
import { proveStream, type NamedBlock, type StreamProof } from '../../engine/proveStream.js';
import { isTombstone, type Sample } from '../../engine/sample.js';
import { stage, type Stage, type StoresOf } from '../../engine/stage.js';
import { openStream, type Stream } from '../../engine/stream.js';
import { utf8 } from '../../formats/fields.js';
import { batch } from '../../operators/flow/batch.js';
import { shuffle } from '../../operators/flow/shuffle.js';
import { readTar } from '../../sources/readTar.js';
import { repeat } from '../../sources/repeat.js';
import { captionStores } from '../helpers/streams.js';

type Text = Sample & { readonly text: string };
let stores: StoresOf;
test.before(async () => {
  stores = await captionStores({ web: [20, 13, 17, 22] });
});

/** @param extra an operator between filter and window */
function recipe(extra?: Stage<Text, Text>, epochs = 2): Pipeline {
  const source = repeat(readTar('memory://web/{0..3}.tar', { fields: { text: utf8('txt') } }), epochs);
  const long = keep('long', (sample: Text) => sample.text.length > 12);
  const halves = expand('halves', (sample: Text) => (sample.text.length % 2 === 0 ? [{ text: sample.text.slice(0, 9) }, { text: sample.text.slice(9) }] : [{ text: sample.text }]));
  const ending = [shuffle<Text>({ window: 16, maxBytes: 1 << 20 }), batch<Text>({ size: 8 })] as const;
  return (extra === undefined ? pipeline(source, long, halves, ...ending) : pipeline(source, long, extra, halves, ...ending)) as Pipeline;
}

const open = (pipe: Pipeline, rank = 0, ranks = 1): Promise<Stream> => openStream(pipe, { seed: 3, lanes: 4, stores, signal: new AbortController().signal, maxInFlightBytes: 1e9, rank, ranks });

interface Run {
  readonly blocks: readonly Block[];
  /** After every step. */
  readonly checkpoints: readonly Checkpoint[];
}

async function run(pipe: Pipeline, steps = Number.POSITIVE_INFINITY, from?: Checkpoint): Promise<Run> {
  const stream = await open(pipe);
  const recorder = recordBlocks(stream, from);
  const blocks: Block[] = [];
  const checkpoints: Checkpoint[] = [];
  const cut = (): void => {
    const block = recorder.cut();
    if (block !== undefined) blocks.push(block);
    checkpoints.push(json(stream.checkpoint()));
  };
  for await (const step of stream.steps(from)) {
    recorder.add(step);
    cut();
    if (blocks.length >= steps) return { blocks, checkpoints };
  }
  cut();
  return { blocks, checkpoints };
}

async function prove(pipe: Pipeline, blocks: readonly (Block | string)[], checkpoint: Checkpoint, dryRun = true): Promise<StreamProof> {
  async function* named(): AsyncGenerator<NamedBlock> {
    for (const [index, block] of blocks.entries()) yield { name: `block ${index}`, block: typeof block === 'string' ? block : json(block) };
  }
  return await proveStream({ pipe, stream: await open(pipe), checkpoint, blocks: named, tools: { stores, signal: new AbortController().signal }, dryRun });
}
const json = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
const last = <T>(list: readonly T[]): T => list.at(-1) as T;

test('a whole stream: every record of both epochs once, at the end and anywhere before it', async (t) => {
  const { blocks, checkpoints } = await run(recipe());
  const proof = await prove(recipe(), blocks, last(checkpoints));
  t.deepEqual(proof.differences, []);
  t.like(proof, { judged: 'ended', planned: 144, open: 0, missing: 0, duplicates: 0 });
  for (const at of [0, 4, checkpoints.length - 3]) {
    for (const dryRun of [true, false]) {
      const early = await prove(recipe(), blocks, checkpoints[at] as Checkpoint, dryRun);
      t.deepEqual(early.differences, [], `step ${at + 1}`);
      t.like(early, { judged: dryRun ? 'continued' : 'so far', planned: 144, missing: 0, duplicates: 0 });
      t.true(early.open > 0);
    }
  }
});

test('rolled back and run again: the dead blocks are told apart, and the rest is proven', async (t) => {
  const first = await run(recipe(), 6);
  const second = await run(recipe(), Number.POSITIVE_INFINITY, first.checkpoints[2]);
  const proof = await prove(recipe(), [...first.blocks, ...second.blocks], last(second.checkpoints));
  t.deepEqual(proof.differences, []);
  t.like(proof, { missing: 0, duplicates: 0, planned: 144 });
});

test('an operator that silently loses one sample is found, with the record', async (t) => {
  let seen = 0;
  const leaky = (): Stage<Text, Text> => stage<Text, Text>({ name: 'leaky', arity: 'one', connect: () => filter((element) => isTombstone(element) || (seen += 1) !== 30) });
  const { blocks, checkpoints } = await run(recipe(leaky()));
  const proof = await prove(recipe(leaky()), blocks, last(checkpoints));
  t.is(proof.missing, 1);
  t.true(proof.differences.some((line) => /readTar.*, epoch \d: missing: record \d+/.test(line)), proof.differences.join('\n'));
});

test('an operator that silently repeats one sample is found, with the record', async (t) => {
  let seen = 0;
  const echo = (): Stage<Text, Text> => stage<Text, Text>({ name: 'echo', arity: 'one', connect: () => mergeMap((element) => (!isTombstone(element) && (seen += 1) === 30 ? of(element, element) : of(element))) });
  const { blocks, checkpoints } = await run(recipe(echo()));
  const proof = await prove(recipe(echo()), blocks, last(checkpoints));
  t.true(proof.duplicates >= 1, proof.differences.join('\n'));
  t.true(proof.differences.some((line) => line.includes('more than once')));
});

test('a block that is missing, damaged or says something else is found, with lane and step', async (t) => {
  const { blocks, checkpoints } = await run(recipe());
  const missing = await prove(recipe(), blocks.toSpliced(4, 1), last(checkpoints));
  t.true(missing.differences.some((line) => line.startsWith('lane 0: no block of step 4')), missing.differences.join('\n'));
  t.true(missing.missing > 0);
  const damaged = await prove(recipe(), blocks.map((block, at) => (at === 4 ? 'damaged' : block)), last(checkpoints));
  t.is(damaged.blocks.damaged, 1);
  t.true(damaged.differences.includes('block 4: damaged'));
  const edited = json(blocks[4]) as unknown as { entries: { outcomes: unknown[] }[] };
  edited.entries[1]!.outcomes = [];
  const other = await prove(recipe(), blocks.with(4, edited as unknown as Block), last(checkpoints));
  t.true(other.missing > 0, other.differences.join('\n'));
  const twice = await prove(recipe(), [...blocks, edited as unknown as Block], last(checkpoints));
  t.true(twice.differences.some((line) => line.startsWith('lane 1: the run was not deterministic')), twice.differences.join('\n'));
});

test('blocks of another recipe are set aside', async (t) => {
  const { blocks, checkpoints } = await run(recipe());
  const foreign = await run(recipe(undefined, 3), 2);
  const proof = await prove(recipe(), [...blocks, ...foreign.blocks], last(checkpoints));
  t.deepEqual(proof.differences, []);
  t.is(proof.blocks.foreign, 8);
});
