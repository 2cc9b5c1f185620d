import test from 'ava';
import { decodeImage } from '../../../formats/image/decodeImage.js';
import { stageSheet, type StageSheet } from '../../../formats/image/stageSheet.js';

const red = { width: 4, height: 2, data: Uint8Array.from({ length: 24 }, (_, at) => (at % 3 === 0 ? 250 : 10)) };
const sheet: StageSheet = {
  title: 'a <recipe>',
  columns: ['1 <b>', '2'],
  rows: [
    { title: '1 crop & go', note: 'a "note"', cells: [{ pictures: [{ name: 'pixels', image: red, boxes: [{ box: [0, 0, 2, 2], label: '<i>x</i>', score: 0.5 }] }], lines: ['<script>alert(1)</script>'] }, { pictures: [], lines: ['gone'] }] },
    { title: '2 quiet', note: '', cells: [] },
  ],
  notes: ['<u>note</u>'],
  thumbnail: 64,
};

test('a row a stage, a column a sample; every text is escaped, and nothing is asked for', async (t) => {
  const { html } = await stageSheet(sheet);
  for (const text of ['a &lt;recipe&gt;', '1 &lt;b&gt;', '1 crop &amp; go', 'a &quot;note&quot;', '&lt;script&gt;alert(1)&lt;/script&gt;', '&lt;i&gt;x&lt;/i&gt; 0.50', '&lt;u&gt;note&lt;/u&gt;']) t.true(html.includes(text), text);
  t.notRegex(html, /<script|<b>|<i>|<u>|style="|https?:/);
  t.regex(html, /default-src 'none'; img-src data:; style-src 'sha256-/);
  t.is(html.match(/<tr>/g)?.length, 3);
  t.is(html.match(/<img /g)?.length, 1);
  t.regex(html, /<td colspan="2"><\/td>/);
});

test('the PNG has the picture at its place', async (t) => {
  const { png } = await stageSheet(sheet);
  const { width, height, data } = await decodeImage(png);
  t.is(width, 10 + 2 * 74);
  t.true(height > 64 && height < 300);
  // Right of the box, in the first cell.
  let pure = 0;
  for (let at = 0; at < data.length; at += 3) if (data[at] === 250 && data[at + 1] === 10 && data[at + 2] === 10) pure += 1;
  t.true(pure > 500 && pure < 64 * 32, String(pure));
});

test('both depend on the sheet alone', async (t) => {
  t.deepEqual(await stageSheet(sheet), await stageSheet(sheet));
});
