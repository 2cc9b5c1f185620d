import test from 'ava';
import { unsafePath } from '../../../formats/tar/unsafePath.js';

const unsafe: Readonly<Record<string, RegExp>> = {
  '': /empty/,
  '/a': /absolute/,
  '\\a': /absolute/,
  '\\\\host\\share': /absolute/,
  'C:a': /drive letter/,
  '..': /`\.\.`/,
  'a/../b': /`\.\.`/,
  'a\\..\\b': /`\.\.`/,
  'a\nb': /U\+000a/,
  'a\x7f': /U\+007f/,
  'a\x9f': /U\+009f/,
  'a\0b': /U\+0000/,
  '\ud800': /surrogate/,
};
for (const [name, reason] of Object.entries(unsafe)) test(`unsafe: ${JSON.stringify(name)}`, (t) => t.regex(unsafePath(name) ?? '', reason));
for (const name of ['a', './a', 'a..b', '...', 'é/漢', 'a b', '😀', 'train:1/a']) test(`safe: ${name}`, (t) => t.is(unsafePath(name), undefined));
