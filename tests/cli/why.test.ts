import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { captionShard } from '../helpers/captions.js';
import { millrace } from '../helpers/cli.js';
import { pictureShard } from '../helpers/pictures.js';

const RECIPE = fileURLToPath(new URL('../helpers/recipes/everything.ts', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'millrace-why-'));
test.after.always(() => rmSync(root, { recursive: true, force: true }));
const INPUT = [RECIPE, '--in', `${root}/web/*.tar`, '--more', `${root}/more/*.tar`];

interface Where {
  readonly address: string;
  readonly shard: string;
  readonly record: number;
  readonly byte: number;
  readonly endByte: number;
  readonly epoch: number;
  readonly path: readonly { readonly of: number }[];
  readonly draws: readonly Draws[];
}
interface Draws {
  readonly stage: string;
  readonly origin: string;
  readonly draws: readonly { readonly method: string; readonly result: unknown }[];
  readonly count: number;
}
interface Line {
  readonly step: number;
  readonly lane: number;
  readonly key: string;
  readonly origin: Where;
  readonly members?: readonly Where[];
}
const linesOf = <T>(out: string): T[] => out.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as T);

test.before(async () => {
  for (const [name, counts] of [['web', [40, 21, 33, 18]], ['more', [27, 35]]] as const) {
    await mkdir(`${root}/${name}`);
    for (const [index, records] of counts.entries()) await writeFile(`${root}/${name}/${index}.tar`, captionShard(name.length * 100 + index, records));
  }
});

test('the samples of a step are those of order, and their bytes are those of their records in the shard', async (t) => {
  const order = linesOf<{ keys: string[] }>((await millrace(['order', ...INPUT, '--steps', '4', '--json'])).out);
  const { out, code } = await millrace(['why', ...INPUT, '--step', '3', '--json']);
  t.is(code, 0);
  const lines = linesOf<Line>(out);
  t.deepEqual(lines.map(({ key }) => key), order[3]?.keys);
  t.deepEqual(new Set(lines.map(({ lane }) => lane)).size, 16);
  for (const { origin, members, step } of lines) {
    t.is(step, 3);
    for (const { shard, byte, endByte, record } of members ?? [origin]) {
      const bytes = readFileSync(shard);
      const nameAt = (at: number): string => bytes.subarray(at, at + 100).toString().replace(/\0.*$/s, '');
      t.regex(nameAt(byte), new RegExp(`-${record}\\.txt$`));
      t.regex(nameAt(endByte), new RegExp(`^$|-${record + 1}\\.txt$`), 'where the next record or the end of the tar begins');
    }
  }
  t.true(lines.some(({ members }) => (members?.length ?? 0) > 1), 'a packed sample names all its members');
});

test('the draws of a sample are those that replay finds, by the origin as it is printed', async (t) => {
  const lines = linesOf<Line>((await millrace(['why', ...INPUT, '--step', '2', '--json'])).out);
  const samples = lines.flatMap(({ origin, members }) => members ?? [origin]);
  for (const { address, path, draws } of samples.slice(0, 12)) {
    const own = draws.filter(({ stage }) => stage !== 'shuffle');
    t.deepEqual(own.map(({ stage, origin }) => [stage, origin]), [['halves', address.replace(/_\d+@/, '@')]]);
    t.is(own[0]?.draws[0]?.result, path[0]?.of === 2);
    const { out, code, err } = await millrace(['replay', ...INPUT, '--origin', address, '--json']);
    t.is(code, 0, err);
    const { stages } = JSON.parse(out) as { stages: { stage: string; draws: Draws[] }[] };
    t.deepEqual(stages.find(({ stage }) => stage === 'halves')?.draws, own.map(({ origin, draws: found, count }) => ({ origin, draws: found, count })));
  }
  t.true(samples.some(({ draws }) => draws.some(({ stage }) => stage === 'shuffle')), 'a window draws for its first sample');
});

test('for people: a line a sample, what was drawn for it below; members of a packed sample each with theirs', async (t) => {
  const { out } = await millrace(['why', ...INPUT, '--step', '0']);
  const lines = out.split('\n');
  t.regex(lines[0] as string, /^lane 0 {2}\S+ {2}made of \d+:$/);
  t.regex(lines[1] as string, /^ {10}mix\/[01]\/(web|more):\S+\.tar#\d+_[01]@\d, bytes \d+ to \d+$/);
  t.regex(lines[2] as string, /^ {12}halves of #\d+@\d: bernoulli\(0\.3\) = (true|false)$/);
  t.true(lines.some((line) => /^ {12}shuffle: shuffle\(of 4\) = \[[0-3 ]{7}\]$/.test(line)), out);
});

test('from a checkpoint it is the same, and an older step asks for an older checkpoint', async (t) => {
  const whole = await millrace(['why', ...INPUT, '--step', '3']);
  const folder = `${root}/checkpoints`;
  await millrace(['order', ...INPUT, '--steps', '2', '--checkpoint', folder]);
  t.deepEqual((await millrace(['why', ...INPUT, '--step', '3', '--from', folder])).out, whole.out);
  t.regex(whole.out, /^lane 0 /);
  const { code, err } = await millrace(['why', ...INPUT, '--step', '1', '--from', folder]);
  t.is(code, 2);
  t.regex(err, /--from is at step 2, after step 1/);
});

test('what stages after batch drew for the step stands first, once for all lanes; in JSON with every sample', async (t) => {
  await mkdir(`${root}/pictures`);
  await writeFile(`${root}/pictures/0.tar`, await pictureShard(0, 80));
  const input = [fileURLToPath(new URL('../../pipelines/flexivit.ts', import.meta.url)), '--in', `${root}/pictures/0.tar`, '--classes', '10', '--size', '8', '--grids', '1,2,4', '--batch', '32', '--window', '16'];
  const { out, code, err } = await millrace(['why', ...input, '--step', '1']);
  t.is(code, 0, err);
  const lines = out.split('\n');
  t.regex(lines[0] as string, /^step 1  mixup: normal\(\) = \S+, uniform\(\) = /);
  t.regex(lines[1] as string, /^step 1  flexiPatch: choice\(of 3\) = [0-2]: [124]$/);
  t.regex(lines[2] as string, /^lane \d+ /);
  const samples = linesOf<{ readonly stepDraws: readonly { readonly stage: string; readonly draws: readonly { readonly method: string; readonly salt: readonly unknown[] }[] }[] }>((await millrace(['why', ...input, '--step', '0', '--json'])).out);
  t.is(samples.length, 32);
  for (const { stepDraws } of samples) {
    t.deepEqual(stepDraws.map(({ stage }) => stage), ['mixup', 'flexiPatch']);
    t.deepEqual(stepDraws, samples[0]?.stepDraws);
    t.like(stepDraws[1]?.draws, [{ method: 'choice', salt: [] }]);
  }
});

test('a step that does not exist, and none at all, are said', async (t) => {
  const late = await millrace(['why', ...INPUT, '--epochs', '1', '--step', '9999']);
  t.is(late.code, 2);
  t.regex(late.err, /there is no step 9999: the stream ends before it/);
  const none = await millrace(['why', ...INPUT]);
  t.is(none.code, 2);
  t.regex(none.err, /--step is missing/);
});
