/** The table of golden files is whole: who adds a file says what is held against it. */
import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';

const here = new URL('.', import.meta.url);
const readme = readFileSync(new URL('README.md', here), 'utf8');
const [used = '', unused = ''] = readme.split(/^Not used/m);
/** File names in the first column of the tables, and what stands beside them. */
const rows = (text: string): (readonly [string, readonly string[]])[] => [...text.matchAll(/^\| ((?:owl|big_vision)\/\S+) \|(.*)\|$/gm)].map(([, file, rest]) => [file as string, (rest as string).split('|').map((cell) => cell.trim())]);
const files = ['owl', 'big_vision'].flatMap((folder) => readdirSync(new URL(`${folder}/`, here)).map((name) => `${folder}/${name}`));

test('every file has one row, and every row a file', (t) => {
  t.deepEqual(rows(used).map(([file]) => file).toSorted(), files.toSorted());
});

test('a file that is not used is not kept, and has a reason', (t) => {
  t.true(rows(unused).length > 0);
  for (const [file, [reason = '']] of rows(unused)) {
    t.false(files.includes(file), file);
    t.true(reason.length > 10, file);
  }
});

test('every row says what is held against the file, and how nearly', (t) => {
  for (const [file, cells] of rows(used)) t.true(cells.length === 2 && cells.every((cell) => cell !== ''), file);
});
