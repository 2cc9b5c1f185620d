import test from 'ava';
import { splitMemberName } from '../../../formats/tar/splitMemberName.js';

const cases: Readonly<Record<string, string | undefined>> = {
  'a.jpg': 'a|jpg',
  'd/e/a.seg.PNG': 'd/e/a|seg.png',
  './train/000.jpg': './train/000|jpg',
  'v1.2/a.txt': 'v1.2/a|txt',
  'a.': 'a|',
  'a..b': 'a|.b',
  '__key__.json': '__key__|json',
  '._a.jpg': undefined,
  '__MACOSX/._a.jpg': undefined,
  'd/.hidden': undefined,
  README: undefined,
  'v1.2/README': undefined,
  '': undefined,
  __meta__: undefined,
  '__meta__/a.json': undefined,
};
for (const [name, expected] of Object.entries(cases)) {
  test(`splits ${JSON.stringify(name)}`, (t) => {
    const parts = splitMemberName(name);
    t.is(parts && `${parts.key}|${parts.extension}`, expected);
  });
}
