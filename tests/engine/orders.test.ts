/**
 * The order of a recipe with everything in it, kept: a change of any draw, window, dealing or mixture shows here. When the change is meant, say in
 * CHANGELOG.md that checkpoints of before do not resume, and renew the file:
 *
 *   MILLRACE_RENEW_ORDERS=1 npx ava tests/engine/orders.test.ts
 */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import everything from '../helpers/recipes/everything.js';
import { captionStores, world } from '../helpers/streams.js';

const FILE = fileURLToPath(new URL('../golden/orders/everything.json', import.meta.url));
const STEPS = 20;
/** Three epochs end within the steps, differently in each lane. */
const SHARDS = { web: [97, 61, 110, 83, 45, 72, 99, 101], more: [88, 120, 64] };

test('the first 20 steps of everything are those that they were', async (t) => {
  const make = (): ReturnType<typeof everything.build> => everything.build({ in: 'memory://web/{0..7}.tar', more: 'memory://more/{0..2}.tar', epochs: 4, delays: 0 });
  const { steps, dropped, checkpoints } = await world(make, { stores: await captionStores(SHARDS), steps: STEPS, seed: 20260101 });
  t.is(steps.length, STEPS);
  const digest = (texts: readonly string[]): string => createHash('sha256').update(texts.join('\n')).digest('hex').slice(0, 16);
  const now = {
    recipe: 'tests/helpers/recipes/everything.ts',
    firstStep: (steps[0] as string[]).map((text) => text.split(' ')[0]),
    samples: steps.map(digest),
    dropped: dropped.map(digest),
    cursors: [...checkpoints.values()].map(({ cursors }) => digest(cursors.map((cursor) => JSON.stringify(cursor)))),
  };
  if (process.env.MILLRACE_RENEW_ORDERS === '1') await writeFile(FILE, `${JSON.stringify(now, undefined, 1)}\n`);
  t.deepEqual(now, JSON.parse(await readFile(FILE, 'utf8')), 'renew the file only if the order was meant to change: see the head of this test');
});
