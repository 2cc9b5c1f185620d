import test from 'ava';
import { tap } from 'rxjs';
import { Ledger, originShare } from '../../engine/account.js';
import { parseCursor, serializeCursor } from '../../engine/cursor.js';
import { dealSource } from '../../engine/deal.js';
import { lockstep, openGauge, pipelineFloor } from '../../engine/lockstep.js';
import type { Pipeline } from '../../engine/pipeline.js';
import { elementBytes } from '../../engine/sample.js';
import type { Extent } from '../../engine/source.js';
import { counterRandom } from '../../kernels/random.js';
import { elementTexts, laneElements, noStores } from '../helpers/lanes.js';
import { randomGraph } from '../helpers/randomGraph.js';
import type { TestSample } from '../helpers/testSource.js';

/** Each graph is a function of its number; a failure prints it. Change the base to search further. */
const BASE = Number(process.env.MILLRACE_PROPERTY_BASE ?? 1);
const GRAPHS = Number(process.env.MILLRACE_PROPERTY_GRAPHS ?? 60);
const graphs = Array.from({ length: GRAPHS }, (_, index) => BASE * 100_000 + index);
const extentsOf = (pipe: ReturnType<typeof randomGraph>): Promise<readonly Extent[]> =>
  pipe.source.plan({ stores: noStores, signal: new AbortController().signal });

test('resume: cut anywhere, also a resumed run: the same suffix, cursors, tombstones and quarantine included', async (t) => {
  for (const graph of graphs) {
    const pipe = randomGraph(counterRandom('graph', graph), { epochs: 2 });
    const itinerary = dealSource(pipe.source, await extentsOf(pipe), { lanes: 4, seed: graph })(1);
    const options = { itinerary, lane: 1, lanes: 4, seed: graph };
    const whole = await laneElements(pipe, options);
    const random = counterRandom('cuts', graph);
    for (let round = 0; round < 6 && whole.length > 0; round += 1) {
      const cut = random.integer(0, whole.length - 1);
      const cursor = parseCursor(JSON.parse(JSON.stringify(serializeCursor((whole[cut] as (typeof whole)[0]).cursor))));
      const rest = await laneElements(pipe, { ...options, from: cursor });
      if (!t.deepEqual(elementTexts(rest), elementTexts(whole.slice(cut + 1)), `graph ${graph} cut ${cut}`)) return;
      if (rest.length > 1) {
        const again = random.integer(0, rest.length - 1);
        const tail = await laneElements(pipe, { ...options, from: (rest[again] as (typeof rest)[0]).cursor });
        if (!t.deepEqual(elementTexts(tail), elementTexts(rest.slice(again + 1)), `graph ${graph} cut ${cut} then ${again}`)) return;
      }
    }
  }
});

test('elasticity: any ranks, timing and budget give the same steps, and a checkpoint of one world resumes in another', async (t) => {
  for (const graph of graphs) {
    const random = counterRandom('world', graph);
    const lanes = 8;
    const steps = async (ranks: number, budget: number, from?: { step: number; cursors: ReturnType<typeof parseCursor>[] }): Promise<{ texts: string[]; cursors: ReturnType<typeof parseCursor>[][] }> => {
      const byStep: string[][] = [];
      const cursors: ReturnType<typeof parseCursor>[][] = [];
      await Promise.all(
        Array.from({ length: ranks }, async (_, rank) => {
          const pipe = randomGraph(counterRandom('graph', graph), { epochs: 2 });
          const itinerary = dealSource(pipe.source, await extentsOf(pipe), { lanes, seed: graph });
          const floor = pipelineFloor(pipe, lanes).perLane * (lanes / ranks);
          const stream = lockstep(pipe, {
            seed: graph, lanes, perLane: 2, itinerary, stores: noStores, ranks, rank,
            maxInFlightBytes: Math.max(budget, floor), signal: new AbortController().signal, ...(from === undefined ? {} : { from }),
          });
          for await (const { step, contributions } of stream) {
            for (const { lane, samples, dropped, cursor, ended } of contributions) {
              ((byStep[step] ??= [])[lane]) = `${ended} ${elementTexts([...samples]).join('|')} ${dropped.map((drop) => `${drop.key}x${drop.count}`).length}`;
              ((cursors[step] ??= [])[lane]) = cursor;
            }
          }
        }),
      );
      // Ranks whose lanes all ended stop early: an absent contribution is an ended one.
      return { texts: byStep.map((row) => Array.from({ length: lanes }, (_, lane) => row[lane] ?? 'true  0').map((text) => text.replace(/ \d+$/, '')).join('\n')), cursors };
    };
    const one = await steps(1, 1e9);
    const ranks = random.choice([1, 2, 4, 8]);
    const other = await steps(ranks, random.choice([0, 500, 5_000, 1e9]));
    if (!t.deepEqual(other.texts, one.texts, `graph ${graph} on ${ranks} ranks`)) return;
    const at = random.integer(0, Math.max(0, one.texts.length - 2));
    const cursors = one.cursors[at];
    if (cursors !== undefined && cursors.length === lanes) {
      const resumed = await steps(random.choice([1, 2, 4, 8]), random.choice([0, 1e9]), { step: at + 1, cursors });
      if (!t.deepEqual(resumed.texts.slice(at + 1), one.texts.slice(at + 1), `graph ${graph} resumed at ${at + 1}`)) return;
    }
  }
});

test('conservation: a plan counted apart equals the outcomes', async (t) => {
  for (const graph of graphs) {
    // A lane of this test is one extent, as in a generation run; the next test counts mixtures.
    const pipe = randomGraph(counterRandom('graph', graph), { mixtures: [] });
    for (const extent of (await extentsOf(pipe)).slice(0, 3)) {
      let planned = 0;
      for await (const _ of pipe.source.open(extent, { record: 0, byte: 0 }, { stores: noStores, signal: new AbortController().signal })) planned += 1;
      const elements = await laneElements(pipe, { itinerary: (turn) => (turn === 0 ? { extent, epoch: 0 } : undefined), seed: graph });
      const ledger = new Ledger();
      for (const element of elements) ledger.add(element);
      const { counts } = ledger;
      t.deepEqual(ledger.judge(planned), { missing: [], duplicates: [] }, `graph ${graph} ${extent.shard}`);
      if (!t.is(planned + counts.expanded, counts.delivered + counts.filtered + counts.quarantined + counts.remainder, `graph ${graph} ${extent.shard}`)) return;
    }
  }
});

test('liveness and memory: at its smallest admissible budget every graph finishes, and holds no more than it may', async (t) => {
  for (const graph of graphs) {
    const lanes = 4;
    let largest = 0;
    const pipe = randomGraph(counterRandom('graph', graph), { payloadBytes: 100, mixtures: ['all'] });
    const gauge = openGauge(pipe, lanes, pipelineFloor(pipe, lanes).perLane * lanes, lanes);
    const stream = lockstep(watchLargest(pipe, (bytes) => (largest = Math.max(largest, bytes))), {
      seed: graph, lanes, perLane: 1, itinerary: dealSource(pipe.source, await extentsOf(pipe), { lanes, seed: graph }), stores: noStores,
      maxInFlightBytes: gauge.budget, gauge, signal: new AbortController().signal,
    });
    const ledgers = new Map<string, number>();
    for await (const { contributions } of stream) {
      for (const { samples, dropped } of contributions) {
        for (const drop of dropped) count(ledgers, drop.origin.shard, drop.count * originShare(drop.origin));
        for (const sample of samples) for (const origin of sample.members ?? [sample.origin]) count(ledgers, origin.shard, originShare(origin));
      }
    }
    t.is(gauge.held, 0, `graph ${graph}: the gauge is empty at the end`);
    // A lane's unconditional floor: its windows' capacity, one element a stage, and an expansion's (at most four) children.
    const elements = pipe.stages.reduce((sum, placed) => sum + (placed.options?.arity === 'expand' ? 4 : 1), 1);
    const bound = gauge.budget + lanes * elements * largest;
    if (!t.true(gauge.peak <= bound, `graph ${graph}: held ${gauge.peak} of ${gauge.budget} + ${lanes} x ${elements} x ${largest}`)) return;
    for (const extent of await extentsOf(pipe)) {
      const records = extent.bytes / 100;
      if (!t.true(Math.abs((ledgers.get(extent.shard) ?? 0) - records) < 1e-6, `graph ${graph}: ${extent.shard} is whole`)) return;
    }
  }
});

function count(ledger: Map<string, number>, name: string, by: number): void {
  ledger.set(name, (ledger.get(name) ?? 0) + by);
}

/** The same pipeline, telling the size of every element that any stage emits. */
function watchLargest(pipe: Pipeline<TestSample>, saw: (bytes: number) => void): Pipeline<TestSample> {
  return {
    ...pipe,
    stages: pipe.stages.map((placed) => ({
      ...placed,
      connect: (context) => (source) => placed.connect(context)(source.pipe(tap((element) => saw(elementBytes(element))))).pipe(tap((element) => saw(elementBytes(element)))),
    })),
  };
}
