import { mkdtempSync, readFileSync, rmSync, existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { execute } from '../../cli/main.js';
import type { InspectReport } from '../../cli/inspect/inspectReport.js';
import { encodeJpeg } from '../../formats/image/encodeJpeg.js';
import { encodePng } from '../../formats/image/encodePng.js';
import { tarEnd, tarMember } from '../../formats/tar/tarWriter.js';
import { drawScene } from '../../kernels/shapesWorld/index.js';

const root = mkdtempSync(join(tmpdir(), 'millrace-inspect-'));
test.after.always(() => rmSync(root, { recursive: true, force: true }));

const hostile = `<script>alert(1)</script>\u001b]0;owned\u0007 \u202eabc\u009b2J\r\nsecond line`;

type Files = readonly (readonly [name: string, content: string | Uint8Array])[];

function tarOf(files: Files): Uint8Array {
  return Buffer.concat([...files.flatMap(([name, content]) => tarMember(name, typeof content === 'string' ? Buffer.from(content) : content)), tarEnd()]);
}

async function shapesFiles(from: number, count: number, caption?: string): Promise<Files> {
  const records = await Promise.all(
    Array.from({ length: count }, async (_, place) => {
      const scene = drawScene(3, from + place);
      const key = String(from + place).padStart(6, '0');
      const { width, height } = scene.image;
      return [
        [`${key}.jpg`, await encodeJpeg(scene.image)],
        [`${key}.txt`, caption ?? scene.caption],
        [`${key}.json`, JSON.stringify({ width, height, objects: scene.objects })],
      ] as Files;
    }),
  );
  return records.flat();
}

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(root, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, content);
  return path;
}

async function millrace(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await execute(args, { out: (text) => out.push(text), err: (text) => err.push(text), errIsTerminal: false, signal: new AbortController().signal });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

async function report(...args: readonly string[]): Promise<InspectReport> {
  const { code, out, err } = await millrace('inspect', ...args, '--json');
  if (code !== 0) throw new Error(`exit ${code}: ${err}`);
  return JSON.parse(out) as InspectReport;
}

test('files, sizes, pictures, members and the first samples', async (t) => {
  await write('two/a.tar', tarOf(await shapesFiles(0, 4)));
  await write('two/b.tar', tarOf([...(await shapesFiles(4, 2)), ['x.seg.png', await encodePng({ width: 7, height: 300, data: new Uint8Array(6300) })]]));
  const seen = await report(`${root}/two/{a,b}.tar`, '--samples', '2');
  t.is(seen.shards, 2);
  t.is(seen.samples, 7);
  t.is(seen.lookedAt, 7);
  t.deepEqual(seen.faults, []);
  t.deepEqual(Object.entries(seen.extensions).map(([name, { samples }]) => [name, samples]), [['jpg', 6], ['txt', 6], ['json', 6], ['seg.png', 1]]);
  t.deepEqual(seen.extensions['seg.png']?.pictures, { formats: { png: 1 }, width: [7, 7], height: [300, 300] });
  t.deepEqual(seen.extensions.json?.members, { width: { kinds: ['number'], samples: 6 }, height: { kinds: ['number'], samples: 6 }, objects: { kinds: ['array'], samples: 6 } });
  const sizes = Array.from({ length: 6 }, (_, index) => drawScene(3, index));
  t.deepEqual(seen.extensions.jpg?.pictures?.width, [Math.min(...sizes.map(({ image }) => image.width)), Math.max(...sizes.map(({ image }) => image.width))]);
  const lengths = sizes.map(({ caption }) => Buffer.byteLength(caption)).toSorted((a, b) => a - b);
  const { minBytes, medianBytes, maxBytes } = seen.extensions.txt!;
  t.deepEqual([minBytes, medianBytes, maxBytes], [lengths[0], lengths[2], lengths[5]]);
  t.deepEqual(seen.first.map(({ key, caption }) => [key, caption]), [['000000', sizes[0]?.caption], ['000001', sizes[1]?.caption]]);

  const { code, out } = await millrace('inspect', `${root}/two/*.tar`);
  t.is(code, 0);
  t.regex(out, /^2 shards, [\d.]+ KiB, 7 samples$/m);
  t.regex(out, /^\.jpg +6 .* jpeg; width \d+ to \d+, height \d+ to \d+$/m);
  t.regex(out, /^no faults$/m);
  t.regex(out, /the first 5 samples/);
});

test('what a stranger wrote does nothing to a terminal, in text and in JSON', async (t) => {
  const path = await write('hostile.tar', tarOf([...(await shapesFiles(0, 1, hostile)), ['000001.txt', 'x'.repeat(1e5)], [`bad\u0001key.txt`, 'x']].slice(0, 4) as Files));
  const { out } = await millrace('inspect', path);
  t.notRegex(out, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/); // eslint-disable-line no-control-regex
  t.regex(out, /<script>alert\(1\)<\/script>\ufffd\]0;owned\ufffd \ufffdabc\ufffd2J second line$/m);
  t.regex(out, /^ {6}x{117}\.\.\.$/m);
  const json = await millrace('inspect', path, '--json');
  t.notRegex(json.out, /[\u0000-\u001f\u007f-\u009f\u202e]/); // eslint-disable-line no-control-regex
  t.is((JSON.parse(json.out) as InspectReport).first[0]?.caption, hostile);
});

test('faults are told with their place, and inspect succeeds', async (t) => {
  const good = await shapesFiles(0, 2);
  const files: Files = [
    ...good,
    ['a.jpg', Buffer.from('<html>')],
    ['b.jpg', good[0]![1] as Uint8Array],
    ['b.txt', Buffer.of(0xff, 0xfe)],
    ['b.json', '{"half'],
    ['b.txt', 'again'],
    ['c.txt', Buffer.of(0xff)],
    ['d.json', '[1'],
    ['000000.txt', 'this key came before'],
  ];
  const path = await write('faulty.tar', tarOf(files));
  const seen = await report(path);
  t.is(seen.samples, 5);
  t.is(seen.faultyRecords, 2);
  const first = Object.fromEntries(seen.faults.map(({ code, first: { key, byte } }) => [code, [key, byte]]));
  const bytes = tarOf(files);
  const contentAt = (name: string): number => Buffer.from(bytes).lastIndexOf(Buffer.from(`${name}\0`)) + 512;
  t.deepEqual(first, {
    'image-not-an-image': ['a', contentAt('a.jpg')],
    'record-repeated-part': ['b', contentAt('b.txt') - 512],
    'text-not-utf8': ['c', contentAt('c.txt')],
    'json-invalid': ['d', contentAt('d.json')],
    'key-repeated': ['000000', contentAt('000000.txt') - 512],
  });
  const { code, out } = await millrace('inspect', path);
  t.is(code, 0);
  t.regex(out, new RegExp(`1 {2}text-not-utf8\\n +in ${path}, key c, byte ${contentAt('c.txt')}\\n`));
});

test('a shard that breaks off, one that is no tar, and a compressed one', async (t) => {
  const whole = tarOf(await shapesFiles(0, 3));
  await write('broken/a.tar', whole.subarray(0, whole.length - 3000));
  await write('broken/b.tar', '<html>404</html>'.repeat(100));
  await write('broken/c.tar.gz', gzipSync(whole));
  const seen = await report(`${root}/broken/a.tar::${root}/broken/b.tar::${root}/broken/c.tar.gz`);
  t.deepEqual(seen.faults.map(({ code, first: { shard } }) => [code, shard.slice(-5)]).toSorted(), [['tar-not-a-tar', 'b.tar'], ['tar-truncated', 'a.tar']]);
  t.is(seen.samples, 2 + 3);
});

test('of many records the later ones are read by their headers only, and the output says so', async (t) => {
  const files = Array.from({ length: 250 }, (_, index): Files[number] => [`${index}.txt`, index === 249 ? Buffer.of(0xff) : `caption ${index}`]);
  const path = await write('many.tar', tarOf([...files, ['7.txt', 'came before']]));
  const seen = await report(path);
  t.deepEqual([seen.samples, seen.lookedAt, seen.lookIntoPerShard], [250, 200, 200]);
  t.deepEqual(seen.faults.map(({ code }) => code), ['key-repeated']);
  t.regex((await millrace('inspect', path)).out, /looked into 200 of them, the first 200 records of each shard/);
  t.deepEqual((await report(path, '--samples', '250')).faults.map(({ code }) => code), ['text-not-utf8', 'key-repeated']);
  const some = await report(path, '--limit', '220', '--samples', '1');
  t.deepEqual([some.samples, some.lookedAt], [220, 200]);
  t.is((await report(`${path}::${await write('more.tar', tarOf(files))}`, '--limit', '10')).shardsRead, 1);
});

test('the preview has the boxes that the data has, and lists what it cannot draw', async (t) => {
  const scene = drawScene(3, 9);
  const labels = { boxes: [{ box: [1.5, 2, 30, 40], query: 'a <b> star', score: 0.75, labelSpace: 'ngrams' }, { box: ['x'], query: 'no box' }], labelling: { boxFormat: 'xyxy' } };
  const path = await write('preview.tar', tarOf([
    ...(await shapesFiles(0, 1)),
    ['mine.jpg', await encodeJpeg(scene.image)], ['mine.txt', hostile], ['mine.json', JSON.stringify(labels)],
    ['other.jpg', await encodeJpeg(scene.image)], ['other.json', JSON.stringify({ caption: 'from JSON', boxes: [{ box: [0, 0, 5, 5], query: 'unknown format' }], objects: 3 })],
    ['bad.jpg', (await encodeJpeg(scene.image)).subarray(0, 700)],
    ['words.txt', 'no picture'],
  ]));
  const { out, code } = await millrace('inspect', path, '--preview', join(root, 'sheets/one.png'));
  t.is(code, 0);
  t.regex(out, /^preview of 3 samples: .*one\.html and .*one\.png$/m);
  t.regex(out, /^ {2}not drawn: bad: image-truncated: /m);
  t.regex(out, /^ {2}not drawn: words: field-missing: /m);
  const html = readFileSync(join(root, 'sheets/one.html'), 'utf8');
  const { size, colour, shape } = drawScene(3, 0).objects[0]!;
  t.true(html.includes(`<span dir="auto">${size} ${colour} ${shape}</span>`));
  t.true(html.includes('<span dir="auto">a &lt;b&gt; star 0.75</span>') && html.includes('x="1.5" y="2" width="28.5" height="38"'));
  t.true(html.includes('from JSON') && !html.includes('unknown format') && !html.includes('no box'));
  t.notRegex(html, /<script/);
  t.deepEqual([...readFileSync(join(root, 'sheets/one.png')).subarray(1, 4)], [...Buffer.from('PNG')]);
  t.regex((await millrace('inspect', await write('words.tar', tarOf([['a.txt', 'a']])), '--preview', join(root, 'sheets/none'))).out, /nothing could be drawn/);
  t.false(existsSync(join(root, 'sheets/none.html')));
});

test('of an output folder the marked parts are read', async (t) => {
  const out = join(root, 'run');
  const recipe = fileURLToPath(new URL('../../pipelines/shapes-world.ts', import.meta.url));
  t.is((await millrace('run', recipe, '--out', out, '--count', '8', '--per-shard', '2')).code, 0);
  t.deepEqual((({ output, samples, faults }) => ({ output, samples, faults }))(await report(out)), { output: { lanes: 4, finished: 4 }, samples: 8, faults: [] });
  rmSync(join(out, '00001_stats.json'));
  rmSync(join(out, '00002.tar'));
  await writeFile(join(out, '00003_stats.json'), '{}');
  for (const url of [out, `${out}/`]) {
    const seen = await report(url);
    t.deepEqual(seen.output, { lanes: 4, finished: 2 });
    t.deepEqual([seen.shards, seen.samples], [1, 2]);
    t.deepEqual(seen.faults.map(({ code, first: { shard } }) => [code, shard.slice(out.length)]).toSorted(), [['mark-damaged', '/00003_stats.json'], ['part-missing', '/00002.tar']]);
  }
  t.regex((await millrace('inspect', out)).out, /^output of a run: 2 of 4 lanes finished; only marked parts are read$/m);
});

test('what is not there is a usage error', async (t) => {
  for (const url of [`${root}/nothing.tar`, `${root}`, `${root}/*.zip`, `${root}/{0..9}.tar`, 'pipe:cat a', 'ftp://a/b.tar', '']) {
    const { code, out, err } = await millrace('inspect', url);
    t.is(code, 2, url);
    t.is(out, '');
    t.regex(err, /^millrace: /);
  }
  t.is((await millrace('inspect')).code, 2);
  t.is((await millrace('inspect', 'a', '--samples', '-1')).code, 2);
  t.is((await millrace('inspect', 'a', '--smaples', '1')).code, 2);
});
