import { readFileSync } from 'node:fs';
import test from 'ava';
import { boxBias } from '../../kernels/boxBias.js';

interface Case {
  readonly grid: number;
  readonly bias?: number[][];
  readonly [token: `index${number}`]: number[];
}
const { cases } = JSON.parse(readFileSync(new URL('../golden/owl/box_bias.json', import.meta.url), 'utf8')) as { cases: Case[] };

test('the golden biases', (t) => {
  t.true(cases.length > 0);
  for (const golden of cases) {
    const got = boxBias(golden.grid, golden.grid);
    const tokens = golden.bias?.entries() ?? Object.entries(golden).flatMap(([key, value]) => (/^index\d+$/.test(key) ? [[Number(key.slice(5)), value as unknown as number[]] as const] : []));
    for (const [token, bias] of tokens) for (const [at, value] of bias.entries()) t.true(Math.abs((got[token * 4 + at] as number) - value) < 2e-4, `grid ${golden.grid}, token ${token}`);
  }
});

test('a grid that is no square: columns go with x, rows with y', (t) => {
  const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));
  const first = [...boxBias(4, 2).subarray(0, 4)].map(sigmoid);
  for (const [at, expected] of [0.5, 0.25, 0.5, 0.25].entries()) t.true(Math.abs((first[at] as number) - expected) < 1e-3);
});
