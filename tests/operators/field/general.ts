import { readFileSync } from 'node:fs';

interface Case {
  readonly op: string;
  readonly in: unknown;
  readonly out: unknown;
}
const { cases } = JSON.parse(readFileSync(new URL('../../golden/big_vision/general_ops.json', import.meta.url), 'utf8')) as { cases: readonly Case[] };

/** The cases of big_vision/general_ops.json whose operation begins so. */
export function general(op: string): readonly Case[] {
  const found = cases.filter((entry) => entry.op.startsWith(op));
  if (found.length === 0) throw new Error(`no case ${op}`);
  return found;
}
