import { createHash } from 'node:crypto';
import test from 'ava';
import { contactSheet, type ContactSheetItem } from '../../../formats/image/contactSheet.js';
import { decodeImage } from '../../../formats/image/decodeImage.js';
import { escapeHtml } from '../../../formats/image/escapeHtml.js';
import { labelColors } from '../../../formats/image/labelColors.js';
import { height, pixels, width } from './samples.js';

const image = { width, height, data: pixels };
const hostile = `<script>alert("1")</script> & 'x' <img src=x onerror=alert(1)>\u0000\u001B[31m`;
const item = (changes: Partial<ContactSheetItem> = {}): ContactSheetItem => ({
  image,
  key: 'shard-0/000017',
  caption: 'two cats on a mat',
  boxes: [{ box: [5, 5, 30, 30], label: 'cat', score: 0.875 }, { box: [20, 2, 59, 39], label: 'mat' }],
  ...changes,
});

test('a PNG grid of the expected size and one figure an item', async (t) => {
  const { png, html } = await contactSheet(Array.from({ length: 5 }, () => item()), { columns: 2, thumbnail: 64 });
  const sheet = await decodeImage(png);
  t.is(sheet.width, 10 + 2 * (64 + 10));
  t.is(html.match(/<figure>/g)?.length, 5);
  t.is(html.match(/src="data:image\/jpeg;base64,/g)?.length, 5);
  t.regex(html, /cat 0\.88/);
  t.regex(html, /two cats on a mat/);
});

test('boxes stand where they are and in the colour of their label', async (t) => {
  const black = { width: 64, height: 64, data: new Uint8Array(64 * 64 * 3) };
  const { png } = await contactSheet([item({ image: black, boxes: [{ box: [16, 24, 48, 60], label: 'cat' }] })], { thumbnail: 64 });
  const sheet = await decodeImage(png);
  const at = (x: number, y: number) => [...sheet.data.subarray(((10 + y) * sheet.width + 10 + x) * 3).subarray(0, 3)];
  const color = [...labelColors(['cat']).get('cat')!];
  t.deepEqual(at(16, 50), color);
  t.deepEqual(at(47, 50), color);
  t.deepEqual(at(30, 59), color);
  t.deepEqual(at(30, 45), [0, 0, 0]);
});

test('text from strangers is escaped everywhere, captions stand in full', async (t) => {
  const long = 'word '.repeat(3000);
  const { html } = await contactSheet([item({ key: hostile, caption: hostile + long, boxes: [{ box: [1, 1, 9, 9], label: hostile }] })], { thumbnail: 64 });
  t.true(html.includes(escapeHtml(hostile + long)));
  t.notRegex(html, /<script|onerror=alert\(1\)>|<img src=x/);
  t.notRegex(html, /[\u0000\u001B]/); // eslint-disable-line no-control-regex
  t.is(escapeHtml(`<a href="x">'&\u0007`), '&lt;a href=&quot;x&quot;&gt;&#39;&amp;\uFFFD');
});

test('the page asks for nothing and runs nothing: a policy with the hash of its one style sheet', async (t) => {
  const { html } = await contactSheet([item()], { thumbnail: 64 });
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)![1]!;
  t.regex(policy, /^default-src 'none';/);
  t.notRegex(policy, /unsafe|https?:|\*/);
  const style = /<style>([^]*?)<\/style>/.exec(html)![1]!;
  t.true(policy.includes(`'sha256-${createHash('sha256').update(style).digest('base64')}'`));
  t.notRegex(html, /\sstyle=|<script|https?:\/\/|<link/);
  t.true(html.indexOf('Content-Security-Policy') < html.indexOf('<style>'));
  t.regex(html, /name="viewport"/);
  t.regex(style, /prefers-color-scheme: dark/);
});

test('the same items give the same bytes', async (t) => {
  t.deepEqual(await contactSheet([item(), item()]), await contactSheet([item(), item()]));
});

test('odd items: tiny, very wide, boxes outside and not finite, empty and long texts', async (t) => {
  const odd = [
    item({ image: { width: 1, height: 1, data: Uint8Array.of(1, 2, 3) } }),
    item({ image: { width: 900, height: 2, data: new Uint8Array(5400) } }),
    item({ boxes: [{ box: [-50, -50, 500, 500], label: 'all' }, { box: [Number.NaN, 0, 1, Infinity], label: '' }, { box: [30, 30, 30, 30], label: 'x'.repeat(500) }] }),
    item({ key: '', caption: '', boxes: [] }),
    item({ key: 'k'.repeat(500), caption: 'unbroken'.repeat(5000) }),
    item({ caption: '\u{1F600}'.repeat(200) }),
  ];
  const { png, html } = await contactSheet(odd, { columns: 3, thumbnail: 32 });
  t.true((await decodeImage(png)).width > 0);
  t.notRegex(html, /NaN|Infinity"/);
});

test('labels get distinct colours that depend on the set of labels only', (t) => {
  const labels = Array.from({ length: 40 }, (_, i) => `label ${i}`);
  const colors = labelColors(labels);
  t.is(new Set([...colors.values()].map(String)).size, 40);
  t.deepEqual(labelColors(labels.toReversed()), colors);
});

test('heading and notes stand on the page, escaped; a smaller rendering keeps the size and boxes of its picture', async (t) => {
  const { html } = await contactSheet([item({ size: { width: 600, height: 400 } })], { thumbnail: 64, title: hostile, notes: ['not drawn: 2', hostile] });
  t.true(html.includes(`<h1 dir="auto">${escapeHtml(hostile)}</h1>`) && html.includes(`<title>${escapeHtml(hostile)}</title>`));
  t.true(html.includes(`<li dir="auto">not drawn: 2</li><li dir="auto">${escapeHtml(hostile)}</li>`));
  t.true(html.includes('600x400') && html.includes('viewBox="0 0 600 400"'));
});

test('labels of boxes in one place stand beside each other', async (t) => {
  const black = { width: 128, height: 128, data: new Uint8Array(128 * 128 * 3) };
  const labels = ['one', 'two', 'six', 'ten'];
  const { png } = await contactSheet([item({ image: black, caption: '', boxes: labels.map((label) => ({ box: [30, 40, 110, 100], label })) })], { thumbnail: 128 });
  const sheet = await decodeImage(png);
  const color = (x: number, y: number): string => String([...sheet.data.subarray(((10 + y) * sheet.width + 10 + x) * 3).subarray(0, 3)]);
  const column = Array.from({ length: 128 }, (_, y) => color(30, y));
  const colors = labelColors(labels);
  for (const label of labels) t.true(column.filter((found) => found === String(colors.get(label))).length >= 7, label);
});

test('options out of range', async (t) => {
  await t.throwsAsync(contactSheet([]), { message: /no items/ });
  await t.throwsAsync(contactSheet([item()], { columns: 0 }), { message: /columns.*got 0/ });
  await t.throwsAsync(contactSheet([item()], { thumbnail: 8 }), { message: /thumbnail.*got 8/ });
});
