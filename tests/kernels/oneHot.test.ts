import test from 'ava';
import { readFileSync } from 'node:fs';
import { oneHot, type OneHot } from '../../kernels/oneHot.js';

interface Case extends OneHot {
  readonly labels: number | readonly number[];
  readonly out: readonly (number | readonly number[])[];
}
const { cases } = JSON.parse(readFileSync(new URL('../golden/big_vision/onehot.json', import.meta.url), 'utf8')) as { cases: readonly Case[] };

for (const { labels, out, ...options } of cases) {
  test(`as big_vision's onehot: ${JSON.stringify({ labels, ...options })}`, (t) => {
    t.deepEqual([...oneHot(labels, options)], out.flat());
  });
}
