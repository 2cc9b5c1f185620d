import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { ReplayReport, StageReport } from '../../cli/replay/replayReport.js';
import { decodeImage } from '../../formats/image/decodeImage.js';
import { tarMembers } from '../../formats/tar/tarMembers.js';
import { captionShard } from '../helpers/captions.js';
import { COPY, makeShards, millrace } from '../helpers/cli.js';
import { pictureShard } from '../helpers/pictures.js';
import { mixedKinds } from '../helpers/shards.js';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const OWL = path('../../pipelines/owl-st.ts');
const VIT = path('../../pipelines/vit.ts');
const EVERYTHING = path('../helpers/recipes/everything.ts');
const root = mkdtempSync(join(tmpdir(), 'millrace-replay-'));
test.after.always(() => rmSync(root, { recursive: true, force: true }));
// A shard's name is a part of who its samples are: by names that are always the same, so are the draws.
process.chdir(root);
const STREAM = [EVERYTHING, '--in', 'web/*.tar', '--more', 'more/*.tar'];

async function report(...args: readonly string[]): Promise<ReplayReport> {
  const { out, code, err } = await millrace(['replay', ...args, '--json']);
  if (code !== 0) throw new Error(err);
  return JSON.parse(out) as ReplayReport;
}
const stageOf = ({ stages }: ReplayReport, name: string): StageReport => stages.find(({ stage }) => stage === name) as StageReport;
const changesOf = ({ out }: StageReport): string[] => (out[0]?.fields ?? []).map(({ name, change }) => `${change} ${name}`);

test.before(async () => {
  await makeShards('copy', [9, 4], { kind: mixedKinds });
  await mkdir('shapes');
  await writeFile('shapes/0.tar', await pictureShard(3, 8, [6]));
  for (const [name, counts] of [['web', [40, 21, 33, 18]], ['more', [27, 35]]] as const) {
    await mkdir(name);
    for (const [index, records] of counts.entries()) await writeFile(`${name}/${index}.tar`, captionShard(name.length * 100 + index, records));
  }
});

/** The files of a tar: name to bytes. */
async function filesOf(tar: string): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield readFileSync(tar);
  }
  for await (const member of tarMembers(bytes(), { maxMemberBytes: 2 ** 24 })) files.set(member.name, member.data);
  return files;
}

test('labelling: every stage, its fields and pictures, and the labels are those that a run writes', async (t) => {
  const input = ['--in', 'shapes/*.tar', '--min-best-score', '0.1'];
  const run = await millrace(['run', OWL, ...input, '--out', 'labelled', '--json']);
  t.is(run.code, 0, run.err);
  const written = await filesOf('labelled/00000.tar');
  const fates: string[] = [];
  for (let record = 0; record < 8; record += 1) {
    const found = await report(OWL, ...input, '--origin', `shapes/0.tar#${record}`, '--out', `pictures-${record}`);
    t.deepEqual(found.stages.map(({ stage }) => stage), ['readTar', 'keep', 'decodeImage', 'ngramQueries', 'curatedQueries', 'pseudoLabel', 'keepBoxes', 'labels']);
    t.like(found, { key: `3-${record}`, origin: `shapes/0.tar#${record}@0`, seed: 0, notRun: 'writeTar' });
    const file = written.get(`3-${record}.json`);
    const dropped = found.stages.find((stage) => stage.dropped.length > 0);
    t.is(dropped === undefined, file !== undefined);
    fates.push(dropped?.stage ?? 'written');
    if (dropped !== undefined) {
      t.like(dropped.dropped, [dropped.stage === 'decodeImage' ? { kind: 'quarantined', reason: 'image-truncated' } : { kind: 'filtered', reason: 'no box above 0.1' }]);
      continue;
    }
    const labels = JSON.parse(Buffer.from(file as Uint8Array).toString()) as { boxes: object[] };
    t.deepEqual(changesOf(stageOf(found, 'readTar')), ['added image', 'added text']);
    t.deepEqual(changesOf(stageOf(found, 'keep')), []);
    t.deepEqual(changesOf(stageOf(found, 'pseudoLabel')), ['added boxes', 'added labelling', 'removed pixels']);
    t.like(stageOf(found, 'keepBoxes').out[0]?.fields, [{ name: 'boxes', change: 'changed', type: 'array', shape: `${labels.boxes.length} ${labels.boxes.length === 1 ? 'entry' : 'entries'}` }]);
    t.deepEqual(changesOf(stageOf(found, 'labels')), ['added labels']);

    const pictures = readdirSync(`pictures-${record}`).toSorted();
    t.deepEqual(pictures.slice(0, 2), ['00-readTar.png', '05-pseudoLabel.png']);
    t.deepEqual([...new Set(found.stages.flatMap(({ out }) => out.map(({ picture }) => picture)))], pictures.map((name) => `pictures-${record}/${name}`));
    const size = stageOf(found, 'decodeImage').out[0]?.fields[0]?.shape as string;
    for (const name of pictures) {
      const { width, height } = await decodeImage(readFileSync(`pictures-${record}/${name}`));
      const [w, h] = size.split(' x ').map(Number) as [number, number];
      // Those with boxes are enlarged.
      t.is(width % w, 0);
      t.is(height / h, width / w);
    }
  }
  t.true(fates.includes('written') && fates.includes('decodeImage'), fates.join(' '));
});

test('a stream of pictures: random draws, changed pictures, and one of floats', async (t) => {
  const input = [VIT, '--in', 'shapes/0.tar', '--classes', '10', '--batch', '16', '--window', '16', '--epochs', '40'];
  const mirrored: boolean[] = [];
  let stretched = 0;
  for (const epoch of [0, 1, 2, 3, 4, 5]) {
    const out = `vit-${epoch}`;
    const found = await report(...input, '--origin', `shapes/0.tar#2@${epoch}`, '--out', out);
    const flip = stageOf(found, 'flipLeftRight');
    t.like(flip.draws, [{ origin: `shapes/0.tar#2@${epoch}`, count: 1, draws: [{ method: 'bernoulli', args: [0.5] }] }]);
    const result = flip.draws[0]?.draws[0]?.result;
    mirrored.push(result === true);
    t.deepEqual(changesOf(flip), result === true ? ['changed pixels'] : []);
    t.is(existsSync(`${out}/05-flipLeftRight.png`), result === true);
    t.like(stageOf(found, 'valueRange').out[0]?.fields, [{ name: 'pixels', type: 'picture', shape: '224 x 224' }]);
    t.is(stageOf(found, 'randAugment').draws[0]?.draws.filter(({ method }) => method === 'choice').length, 2, 'two layers');
    // Stretched to black and white, which a picture may have been before.
    if (!existsSync(`${out}/07-valueRange.png`)) continue;
    stretched += 1;
    const last = ['06-randAugment', '05-flipLeftRight', '04-inceptionCrop'].find((name) => existsSync(`${out}/${name}.png`)) as string;
    const [before, floats] = await Promise.all([last, '07-valueRange'].map((name) => decodeImage(readFileSync(`${out}/${name}.png`)))) as [never, never];
    t.like(floats, { width: 224, height: 224 });
    t.notDeepEqual(floats, before);
  }
  t.true(stretched > 0);
  t.deepEqual([...new Set(mirrored)].toSorted(), [false, true]);
});

test('origins as order prints them, of a mixture and of children, are taken as they stand', async (t) => {
  const { out } = await millrace(['order', ...STREAM, '--steps', '1', '--origins', '--json']);
  const { keys, origins } = JSON.parse(out) as { keys: string[]; origins: string[] };
  for (const [place, origin] of origins.slice(0, 6).entries()) {
    const found = await report(...STREAM, '--origin', origin);
    const halves = stageOf(found, 'halves');
    t.deepEqual(halves.out.map((sample) => [sample.origin, sample.key]), [[origin, keys[place]?.split('+')[0]]]);
    t.like(found, { origin, notRun: 'batch' });
  }
});

test('stages after batch are not replayed, and that is said', async (t) => {
  const input = [VIT, '--in', 'shapes/0.tar', '--classes', '10', '--batch', '32', '--window', '16', '--mixup', '0.2', '--origin', 'shapes/0.tar#2'];
  t.like(await report(...input), { notRun: 'batch', perStep: ['mixup'] });
  const { out } = await millrace(['replay', ...input]);
  t.regex(out, /\n 9 batch: not run\n10 mixup \[step\]: not run, it works on a lane's whole share of a step; `millrace why --step N` tells what it drew$/);
  t.false('perStep' in (await report(...STREAM, '--origin', 'mix/0/web:web/0.tar#38')));
});

test('for people: a paragraph a stage', async (t) => {
  const found = await millrace(['replay', ...STREAM, '--origin', 'mix/0/web:web/0.tar#38@1']);
  t.is(found.code, 0, found.err);
  t.is(found.out, `mix/0/web:web/0.tar#38@1, key 300-38, bytes 38912 to 39936, seed 0
 0 mix [source]
     + text: string, 44 characters, "large chair over tower lamp large square new"
 1 keep [filter]: passed on as it came
 2 later [one]
     + digest: number, 311605994
 3 halves [expand]: 2 children
     drew for #38@1: bernoulli(0.3) = true
     #38_0@1 300-38_0
       ~ text: string, 22 characters, "large chair over tower"
     #38_1@1 300-38_1
       ~ text: string, 22 characters, "lamp large square new"
 4 shuffle [window, of this sample alone]: passed on as it came
     drew for #38_0@1: shuffle(of 2) = [1 0]
     #38_1@1 300-38_1
     #38_0@1 300-38_0
 5 dedupe [window, of this sample alone]: passed on as it came
     #38_1@1 300-38_1
     #38_0@1 300-38_0
 6 packWords [window, of this sample alone]
     made of #38_1@1, #38_0@1
     + words: number, 9
 7 batch: not run`);
});

test('a sample that was dropped shows where and why; the fault of a record stands at its source', async (t) => {
  const replay = (record: number) => millrace(['replay', COPY, '--in', 'copy/*.tar', '--origin', `copy/00000.tar#${record}`]);
  t.regex((await replay(1)).out, / 1 keep \[filter\]: dropped\n {5}filtered #1@0 by the rule: has caption\n 2 slow \[one\]: nothing came\n 3 trouble \[one\]: nothing came\n 4 writeTar: not run$/);
  t.regex((await replay(4)).out, / 0 readTar \[source\]\n {5}quarantined #4@0: field-missing: no \.txt for `text`; the record has \.jpg\n 1 keep \[filter\]: nothing came\n/);
});

test('what is not there: exit 2, and what there is', async (t) => {
  const wrong = async (message: RegExp, ...args: readonly string[]): Promise<void> => {
    const { code, out, err } = await millrace(['replay', ...STREAM, ...args]);
    t.is(code, 2, err);
    t.is(out, '');
    t.regex(err, message);
    t.is(err.split('\n').length, 1);
  };
  const web = 'web/0.tar';
  await wrong(/--origin is missing: which sample\?/);
  await wrong(/not an origin: "17"; it is written SHARD#RECORD/, '--origin', '17');
  await wrong(/the input has no shard nine\.tar; it has mix\/0\/web:web\/0\.tar, .* and 1 more$/, '--origin', 'nine.tar#1');
  await wrong(/0\.tar has no record 40: it has records 0 to 39$/, '--origin', `${web}#40`);
  await wrong(/there is no epoch 3: mix\/0\/web is read 3 times, epochs 0 to 2$/, '--origin', `${web}#1@3`);
  await wrong(/there is no \S+#38_2: halves makes 2 children, _0 to _1, of \S+#38$/, '--origin', `${web}#38_2@1`);
  await wrong(/there is no \S+#38_1_0: no stage of this recipe makes so many children/, '--origin', `${web}#38_1_0@1`);
  await wrong(/--seed must be/, '--origin', `${web}#38`, '--seed', '-1');
});

test("a recipe's own --out may be left away, and nothing is written there", async (t) => {
  const args = [COPY, '--in', 'copy/*.tar', '--origin', 'copy/00000.tar#0'];
  const bare = await report(...args);
  const named = await report(...args, '--out', 'not-there');
  t.deepEqual(named, bare);
  t.false(existsSync('not-there'), 'no picture that could be read, no folder');
  t.false(existsSync('not-written'));
  t.regex((await millrace(['replay', COPY, '--help'])).out, /--out <FOLDER>[\s\S]*--delay-ms/);
});
