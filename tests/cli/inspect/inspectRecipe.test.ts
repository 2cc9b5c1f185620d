import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { RecipePreviewReport } from '../../../cli/inspect/inspectRecipe.js';
import { decodeImage } from '../../../formats/image/decodeImage.js';
import { millrace } from '../../helpers/cli.js';
import { pictureShard } from '../../helpers/pictures.js';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const [OWL, VIT, SHAPES, VIEWS] = [path('../../../pipelines/owl-st.ts'), path('../../../pipelines/vit.ts'), path('../../../pipelines/shapes-world.ts'), path('../../helpers/recipes/views.ts')];
const root = mkdtempSync(join(tmpdir(), 'millrace-inspect-recipe-'));
test.after.always(() => rmSync(root, { recursive: true, force: true }));
// A shard's name is a part of who its samples are: by names that are always the same, so are the draws.
process.chdir(root);

test.before(async () => {
  await mkdir('pictures');
  await writeFile('pictures/0.tar', await pictureShard(0, 10, [5]));
  await writeFile('pictures/1.tar', await pictureShard(1, 10));
});

async function report(...args: readonly string[]): Promise<RecipePreviewReport> {
  const { code, out, err } = await millrace(['inspect', ...args, '--json']);
  if (code !== 0) throw new Error(`exit ${code}: ${err}`);
  return JSON.parse(out) as RecipePreviewReport;
}
const picturesIn = (html: string): number => html.match(/<img /g)?.length ?? 0;

test('a streaming recipe: pictures after each stage that changes them, the same each time, of the seed', async (t) => {
  const args = [VIT, '--in', 'pictures/*.tar', '--classes', '10', '--samples', '6'];
  const found = await report(...args, '--preview', 'vit.html');
  t.deepEqual(found.files, ['vit.html', 'vit.png']);
  t.deepEqual(found.stages.map(({ stage }) => stage), ['readTar', 'class', 'shuffle', 'decodeImage', 'inceptionCrop', 'flipLeftRight', 'randAugment', 'valueRange', 'oneHot', 'mixup']);
  t.is(found.records.length, 6);
  const html = readFileSync('vit.html', 'utf8');
  // Read, cropped, mirrored, distorted, mixed, one of them damaged; decoding and the value range look as before.
  t.true(picturesIn(html) >= 20 && picturesIn(html) <= 36, String(picturesIn(html)));
  t.regex(html, /\+ label: number, \d/);
  t.regex(html, /now in the order \d/);
  const png = readFileSync('vit.png');
  t.true((await decodeImage(png)).width > 6 * 256);
  await report(...args, '--preview', 'again');
  t.is(readFileSync('again.html', 'utf8'), html);
  t.deepEqual(readFileSync('again.png'), png);
  await report(...args, '--preview', 'other', '--seed', '1');
  t.not(readFileSync('other.html', 'utf8').replace('seed 1', 'seed 0'), html);
});

test('a generation recipe stops before its sink: boxes and what was dropped are shown, nothing else is written', async (t) => {
  const before = readdirSync('.');
  const found = await report(OWL, '--in', 'pictures/*.tar', '--samples', '6', '--min-best-score', '0.2', '--preview', 'owl');
  t.is(found.notRun, 'writeTar');
  t.deepEqual(readdirSync('.').filter((name) => !before.includes(name)).filter((name) => !/^(vit|again|other|some|views|refused)/.test(name)).toSorted(), ['owl.html', 'owl.png']);
  const html = readFileSync('owl.html', 'utf8');
  t.regex(html, /refused: image-truncated: /);
  t.regex(html, /<rect [^>]*stroke="#[0-9a-f]{6}"/);
  t.deepEqual(found.records.map(({ key }) => key), ['0-0', '0-1', '0-2', '0-3', '0-4', '0-5']);
  const dropped = found.stages.find(({ stage }) => stage === 'keepBoxes')!;
  if (dropped.dropped > 0) t.regex(html, /dropped by the rule: /);
});

test('a source that draws its pictures', async (t) => {
  const found = await report(SHAPES, '--count', '5', '--samples', '3', '--preview', 'some/shapes.png');
  t.deepEqual(found.files, ['some/shapes.html', 'some/shapes.png']);
  t.is(picturesIn(readFileSync('some/shapes.html', 'utf8')), 3);
});

test('boxes of every kind, children, patches with gaps and packed sequences', async (t) => {
  const found = await report(VIEWS, '--in', 'pictures/0.tar', '--samples', '4', '--preview', 'views');
  const html = readFileSync('views.html', 'utf8');
  t.true(html.includes('left, &lt;b&gt;') && html.includes('a &lt;i&gt; box 0.50'));
  t.true(html.includes('x="16" y="16" width="32" height="16"'), 'a relative box in pixels of the picture of 64 x 64');
  t.regex(html, /child _1/);
  t.regex(html, /made of 2: columns/);
  t.regex(html, /data:image\/png;base64,/);
  const [patches, pack] = ['patches', 'pack'].map((name) => found.stages.find(({ stage }) => stage === name)!);
  t.is(pack!.out, patches!.out / 2);
});

test('only some stages', async (t) => {
  const found = await report(VIT, '--in', 'pictures/*.tar', '--classes', '10', '--samples', '2', '--preview', 'some/stages', '--stages', 'decodeImage, valueRange');
  const html = readFileSync('some/stages.html', 'utf8');
  t.deepEqual([html.match(/<tr>/g)?.length, picturesIn(html)], [3, 4]);
  t.is(found.stages.length, 10);
});

test('for people: a line a stage', async (t) => {
  const { code, out } = await millrace(['inspect', VIT, '--in', 'pictures/*.tar', '--classes', '3', '--samples', '5', '--preview', 'some/lines']);
  t.is(code, 0);
  t.regex(out, /^preview of 5 samples of .*vit\.ts: some\/lines\.html and some\/lines\.png\n {2}readTar: 5 \(5 of 5 records\)\n {2}class: \d \(5 in, \d out; \d dropped\)/);
});

const wrong: readonly (readonly [args: readonly string[], message: RegExp])[] = [
  [['none.ts', '--preview', 'refused'], /no recipe none\.ts: there is no such file/],
  [[path('../../helpers/cli.ts'), '--preview', 'refused'], /must export its pipeline/],
  [[VIT, '--preview', 'refused'], /this recipe needs --in URL/],
  [[VIT, '--in', 'pictures/*.tar'], /say where to, with --preview FILE/],
  [[VIT, '--in', 'nothing/*.tar', '--preview', 'refused'], /no object matches/],
  [[VIT, '--in', 'pictures/*.tar', '--preview', 'refused', '--samples', '0'], /--samples must be an integer from 1 to 64/],
  [[VIT, '--in', 'pictures/*.tar', '--preview', 'refused', '--stages', 'decodImage'], /no stage "decodImage", did you mean decodeImage\?; it has readTar, class/],
  [[VIT, '--in', 'pictures/*.tar', '--preview', 'refused', '--clases', '3'], /unknown option '--clases'/],
];
for (const [args, message] of wrong) {
  test(`a usage error: ${args.join(' ').replaceAll(/\S+\//g, '')}`, async (t) => {
    const { code, out, err } = await millrace(['inspect', ...args]);
    t.is(code, 2);
    t.is(out, '');
    t.regex(err, message);
    t.false(existsSync('refused.html'));
  });
}
