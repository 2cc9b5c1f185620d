import test from 'ava';
import { StoreError } from '../../storage/objectStore.js';
import { urlGlob } from '../../storage/urlGlob.js';

/** pattern, what it matches, what it does not */
const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['d/*.tar', ['d/a.tar', 'd/a.b.tar'], ['d/a.tarx', 'd/.a.tar', 'd/e/a.tar', 'd/.tar', 'd/aXtar']],
  ['d/a*', ['d/a', 'd/ab'], ['d/a/b', 'd/b']],
  ['d/a?c', ['d/abc', 'd/a🦉c', 'd/a.c'], ['d/ac', 'd/a/c']],
  ['d/?a', ['d/xa'], ['d/.a']],
  ['d/[a-cx].t', ['d/b.t', 'd/x.t'], ['d/d.t', 'd/-.t']],
  ['d/[!a-c]', ['d/d'], ['d/a', 'd//', 'd/.']],
  ['d/[^a-c]x', ['d/dx'], ['d/ax']],
  ['d/[]x]', ['d/]', 'd/x'], ['d/[']],
  ['d/[*]', ['d/*'], ['d/a']],
  ['d/[[]1]', ['d/[1]'], ['d/1']],
  ['d/[a\\^]', ['d/a', 'd/\\', 'd/^'], ['d/b']],
  ['d/x[1', [], []],
  ['**/x', ['x', 'a/x', 'a/b/x'], ['ax', '.a/x', 'a/.b/x']],
  ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['ab', 'a/xb', 'a/.x/b']],
  ['a/**', ['a/b', 'a/b/c'], ['a', 'a/', 'a/.b', 'a/b/.c']],
  ['a/**.t', ['a/b.t'], ['a/b/c.t']],
  ['(a+)/$1|^*', ['(a+)/$1|^x'], ['aa/x']],
];

for (const [pattern, yes, no] of cases) {
  test(`wildcards: ${pattern}`, (t) => {
    const glob = urlGlob(pattern);
    if (yes.length + no.length === 0) return t.is(glob, undefined);
    for (const url of yes) t.true(glob?.matches(url), url);
    for (const url of no) t.false(glob?.matches(url), url);
    for (const url of yes) t.true(url.startsWith(glob!.prefix));
    if (glob?.maxDepth !== undefined) for (const url of yes) t.true(url.slice(glob.prefix.length).split('/').length - 1 <= glob.maxDepth);
  });
}

const plan = (pattern: string) => [urlGlob(pattern)?.prefix, urlGlob(pattern)?.maxDepth];

test('what to list for a pattern', (t) => {
  t.deepEqual(plan('s3://b/data/x-*.tar'), ['s3://b/data/x-', 0]);
  t.deepEqual(plan('d/*/y/*.tar'), ['d/', 2]);
  t.deepEqual(plan('d/**/y'), ['d/', undefined]);
  t.deepEqual(plan('*'), ['', 0]);
  t.deepEqual(plan('d/plain'), [undefined, undefined]);
});

test('a set that is none is a bad-url', (t) => {
  t.is(t.throws(() => urlGlob('d/[z-a]'), { instanceOf: StoreError })?.code, 'bad-url');
});
