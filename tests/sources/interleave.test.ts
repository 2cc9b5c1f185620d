import test from 'ava';
import { dealSource } from '../../engine/deal.js';
import type { Json } from '../../engine/json.js';
import { readLane, type LaneRecord } from '../../engine/read.js';
import type { Sample } from '../../engine/sample.js';
import type { Source } from '../../engine/source.js';
import { interleave } from '../../sources/interleave.js';
import { mix } from '../../sources/mix.js';
import { repeat } from '../../sources/repeat.js';
import { noStores } from '../helpers/lanes.js';
import { testSource } from '../helpers/testSource.js';

const tools = { stores: noStores, signal: new AbortController().signal };

async function read(source: Source<Sample>, lanes = 1, lane = 0, from: Json = null): Promise<LaneRecord[]> {
  const schedule = dealSource(source, await source.plan(tools), { lanes, seed: 3, permute: false })(lane);
  const records: LaneRecord[] = [];
  for await (const record of readLane(source, { schedule, from, tools })) records.push(record);
  return records;
}

const places = (records: readonly LaneRecord[]): string => records.map(({ origin }) => `${origin.shard.slice(6)}.${origin.record}`).join(' ');

test('one record of each extent in turn; a slot that is through takes the next extent', async (t) => {
  const records = (extent: number): number => [3, 1, 2, 2][extent] as number;
  t.is(places(await read(interleave(testSource({ extents: 4, records }), 2))), '0.0 1.0 0.1 3.0 0.2 3.1 2.0 2.1');
  t.is(places(await read(interleave(testSource({ extents: 4, records }), 4))), '0.0 1.0 2.0 3.0 0.1 2.1 3.1 0.2');
  t.is(places(await read(interleave(testSource({ extents: 4, records }), 1))), places(await read(testSource({ extents: 4, records }))));
});

test('more slots than extents, and empty extents: every record once', async (t) => {
  for (const extents of [1, 2, 5]) {
    for (const slots of [2, 3, 8]) {
      const found = await read(interleave(repeat(testSource({ extents, records: (extent) => (extent * 3) % 4 }), 3), slots));
      const expected = 3 * Array.from({ length: extents }, (_, extent) => (extent * 3) % 4).reduce((sum, records) => sum + records, 0);
      t.is(found.length, expected, `${extents} extents, ${slots} slots`);
      t.is(new Set(found.map(({ origin }) => `${origin.shard} ${origin.record} ${origin.pass}`)).size, expected);
    }
  }
});

test('with strides, over all lanes: every record once', async (t) => {
  const source = interleave(repeat(testSource({ extents: 2, records: 13 }), 2), 3);
  const found = (await Promise.all([0, 1, 2, 3, 4].map((lane) => read(source, 5, lane)))).flat();
  t.is(found.length, 52);
  t.is(new Set(found.map(({ origin }) => `${origin.shard} ${origin.record} ${origin.pass}`)).size, 52);
});

test('resumed after every record, through JSON: the same rest, positions included', async (t) => {
  for (const [slots, lanes] of [[2, 1], [3, 2], [4, 5], [7, 1]] as const) {
    const source = interleave(repeat(testSource({ extents: 4, records: (extent) => [5, 0, 3, 1][extent] as number }), 2), slots);
    for (let lane = 0; lane < lanes; lane += 1) {
      const whole = await read(source, lanes, lane);
      for (const [index, { position }] of whole.entries()) {
        const rest = await read(source, lanes, lane, JSON.parse(JSON.stringify(position)) as Json);
        if (!t.deepEqual(rest, whole.slice(index + 1), `${slots} slots, lane ${lane} of ${lanes}, after record ${index}`)) return;
      }
    }
  }
});

test('open extents are closed when a lane is left', async (t) => {
  let open = 0;
  const inner = testSource({ extents: 4, records: 9 });
  const source = interleave<Sample>({
    ...inner,
    async *open(...args) {
      open += 1;
      try {
        yield* inner.open(...args);
      } finally {
        open -= 1;
      }
    },
  }, 3);
  const records = readLane(source, { schedule: dealSource(source, await source.plan(tools), { lanes: 1, seed: 0 })(0), from: null, tools });
  for (let n = 0; n < 5; n += 1) await records.next();
  t.is(open, 3);
  await records.return();
  t.is(open, 0);
});

test('options are checked', (t) => {
  const source = testSource({ extents: 1, records: 1 });
  for (const extents of [0, 1.5, 1025]) t.throws(() => interleave(source, extents), { name: 'UsageError', message: `interleave: \`extents\` must be an integer from 1 to 1024, got ${extents}` });
  t.throws(() => interleave(mix([{ source, weight: 1 }, { source, weight: 1 }]), 2), { name: 'UsageError', message: /interleave the inputs of mix/ });
});
