import test from 'ava';
import cofinetuning from '../golden/owl/cofinetune_sampling.json' with { type: 'json' };
import bigVision from '../golden/big_vision/mixture.json' with { type: 'json' };
import { dealSource } from '../../engine/deal.js';
import { UsageError } from '../../engine/errors.js';
import type { Json } from '../../engine/json.js';
import { readLane, type LaneRecord } from '../../engine/read.js';
import type { Sample } from '../../engine/sample.js';
import type { Source } from '../../engine/source.js';
import { counterRandom } from '../../kernels/random.js';
import { mix, type MixOptions } from '../../sources/mix.js';
import { repeat } from '../../sources/repeat.js';
import { noStores } from '../helpers/lanes.js';
import { testSource } from '../helpers/testSource.js';

const tools = { stores: noStores, signal: new AbortController().signal };
const source = (records: number, extents = 4): Source<Sample> => testSource({ extents, records });

interface Read {
  readonly lane?: number;
  readonly lanes?: number;
  readonly from?: Json;
  readonly most?: number;
}

/** The records of a lane. */
async function read(mixture: Source<Sample>, { lane = 0, lanes = 4, from = null, most = Infinity }: Read = {}): Promise<LaneRecord[]> {
  const schedule = dealSource(mixture, await mixture.plan(tools), { lanes, seed: 3 })(lane);
  const records: LaneRecord[] = [];
  for await (const record of readLane(mixture, { schedule, from, tools })) {
    records.push(record);
    if (records.length >= most) break;
  }
  return records;
}

const inputOf = ({ origin }: LaneRecord): number => Number(origin.dataset.split('/')[1]);
const mixed = (weights: readonly number[], records: readonly number[], options?: MixOptions): Source<Sample> =>
  mix(weights.map((weight, index) => ({ source: source(records[index] ?? records[0] as number), weight })), options);

/** Most that an input is away from its share, over every n. */
function mostOff(inputs: readonly number[], weights: readonly number[]): number {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const counts = weights.map(() => 0);
  let most = 0;
  for (const [n, input] of inputs.entries()) {
    counts[input]! += 1;
    for (const [index, weight] of weights.entries()) most = Math.max(most, Math.abs((counts[index] as number) - (weight / sum) * (n + 1)));
  }
  return most;
}

test('exact proportions at every n, in every lane: within one record with two inputs', async (t) => {
  for (const weights of [[1, 1], [3, 1], [1, 99], [0.7, 0.3], [Math.PI, 1], [1e-3, 1]]) {
    for (const lane of [0, 1, 3]) {
      const inputs = (await read(mixed(weights, [50], { stop: 'forever' }), { lane, most: 400 })).map(inputOf);
      t.true(mostOff(inputs, weights) <= 1, `${weights.join(':')} lane ${lane}: off by ${mostOff(inputs, weights)}`);
    }
  }
});

test('within two with more inputs and weights that do not divide', async (t) => {
  const random = counterRandom('weights', 1);
  for (let round = 0; round < 12; round += 1) {
    const weights = Array.from({ length: random.integer(3, 9) }, () => random.integer(1, round % 2 === 0 ? 7 : 10_000));
    const lane = random.integer(0, 3);
    const inputs = (await read(mixed(weights, [50], { stop: 'forever' }), { lane, most: 300 })).map(inputOf);
    t.true(mostOff(inputs, weights) <= 2, `${weights.join(':')} lane ${lane}: off by ${mostOff(inputs, weights)}`);
  }
});

test("big_vision's weights: the shares of its mixtures; a dataset of weight 0 is left out there and refused here", async (t) => {
  for (const { weights, probabilities, p } of bigVision.cases.normalisation) {
    // 35 languages of weight 1 each.
    const [given, shares] = weights === undefined ? [Array.from({ length: 35 }, () => 1), Array.from({ length: 35 }, () => p as number)] : [Object.values(weights).filter((weight) => weight > 0), probabilities as number[]];
    const inputs = (await read(mixed(given, [50], { stop: 'forever' }), { most: 3500 })).map(inputOf);
    for (const [input, share] of shares.entries()) t.true(Math.abs(inputs.filter((turn) => turn === input).length - 3500 * share) <= 2, `${given.join(':')} input ${input}`);
  }
  t.throws(() => mixed([1, 0, 3], [50]), { instanceOf: UsageError, message: /weight of input 1/ });
});

test('co-finetuning: equal weights alternate, sizes as weights give each example the same chance (specs/detection.md 5.4)', async (t) => {
  const { sizes, concat_probs: shares, alternating_first_7: alternating } = cofinetuning.cases;
  const names = Object.keys(sizes);
  const turns = async (weights: readonly number[], most: number): Promise<number[]> => (await read(mixed(weights, [50], { stop: 'forever' }), { most })).map(inputOf);
  t.deepEqual((await turns([1, 1, 1], 7)).map((input) => names[input]), alternating);
  const inputs = await turns(Object.values(sizes), 900);
  for (const [index, share] of Object.values(shares).entries()) t.true(Math.abs(inputs.filter((input) => input === index).length - 900 * share) <= 2);
});

test('the lanes of a step do not all ask one input: the n-th records of 16 lanes keep the proportions', async (t) => {
  const weights = [3, 1];
  const lanes = await Promise.all(Array.from({ length: 16 }, async (_, lane) => (await read(mix(weights.map((weight) => ({ source: source(9, 16), weight })), { stop: 'forever' }), { lane, lanes: 16, most: 20 })).map(inputOf)));
  for (let n = 0; n < 20; n += 1) t.is(lanes.filter((inputs) => inputs[n] === 1).length, 4, `record ${n}`);
});

test('which input gives record n is the same whatever the records are', async (t) => {
  const inputs = async (records: number): Promise<number[]> => (await read(mixed([2, 5, 3], [records], { stop: 'forever' }), { most: 60 })).map(inputOf);
  t.deepEqual(await inputs(3), await inputs(77));
});

test('stop first: ends with the first input that is due and has nothing left', async (t) => {
  const records = await read(mixed([1, 1], [4, 100], { stop: 'first' }));
  t.is(records.filter((record) => inputOf(record) === 0).length, 4);
  t.true(Math.abs(records.filter((record) => inputOf(record) === 1).length - 4) <= 1);
  t.deepEqual(await read(mixed([1, 1], [4, 100])), records, 'the default');
});

test('stop all: an input that ends early leaves the others their proportions; every record comes once', async (t) => {
  const records = await read(mixed([2, 1, 1], [4, 60, 60], { stop: 'all' }));
  t.is(records.length, 124);
  t.is(new Set(records.map(({ origin }) => `${origin.dataset} ${origin.shard} ${origin.record}`)).size, 124);
  const after = records.slice(records.findLastIndex((record) => inputOf(record) === 0) + 1).map(inputOf);
  t.true(after.length > 100);
  t.true(mostOff(after.map((input) => input - 1), [1, 1]) <= 1.5, `off by ${mostOff(after.map((input) => input - 1), [1, 1])}`);
});

test('stop all with epochs: each input is repeated as often as it says', async (t) => {
  const records = await read(mix([{ source: repeat(source(4), 3), weight: 1 }, { source: source(10), weight: 1 }], { stop: 'all' }));
  t.is(records.filter((record) => inputOf(record) === 0).length, 12);
  t.is(records.filter((record) => inputOf(record) === 1).length, 10);
  t.deepEqual([...new Set(records.filter((record) => inputOf(record) === 0).map(({ origin }) => origin.pass))], [0, 1, 2]);
});

test('stop forever: every input starts again, also the inputs of a mixture inside', async (t) => {
  const plain = await read(mixed([1, 1], [2, 3], { stop: 'forever' }), { most: 200 });
  t.is(plain.length, 200);
  for (const stop of ['first', 'all'] as const) {
    const nested = await read(mix([{ source: mix([{ source: source(2), weight: 1 }, { source: source(3), weight: 1 }], { stop, name: 'inner' }), weight: 3 }, { source: source(2), weight: 1 }], { stop: 'forever' }), { most: 200 });
    t.is(nested.length, 200, `inside it ${stop}`);
  }
});

test('a mixture of mixtures: paths say who gave a record, proportions multiply', async (t) => {
  const inner = mix([{ source: source(80), weight: 1 }, { source: source(80), weight: 3 }], { stop: 'forever', name: 'inner' });
  const records = await read(mix([{ source: inner, weight: 1 }, { source: source(80), weight: 1 }], { stop: 'forever' }), { lane: 2, most: 160 });
  const counts = new Map<string, number>();
  for (const { origin } of records) counts.set(origin.dataset, (counts.get(origin.dataset) ?? 0) + 1);
  t.deepEqual([...counts].toSorted(), [['mix/0/inner/0/test', 20], ['mix/0/inner/1/test', 60], ['mix/1/test', 80]]);
});

test('resumed after every record, through JSON: the same rest; also nested, and after an input has ended', async (t) => {
  const nested = mix([{ source: mixed([2, 1], [5, 3], { stop: 'all', name: 'inner' }), weight: 2 }, { source: repeat(source(4), 2), weight: 1 }, { source: source(2), weight: 1 }], { stop: 'all' });
  for (const mixture of [nested, mixed([2, 1], [6, 9], { stop: 'first' }), mixed([1, 1], [3, 20], { stop: 'all' })]) {
    const whole = await read(mixture, { lane: 1 });
    for (const [index, { position }] of whole.entries()) {
      const rest = await read(mixture, { lane: 1, from: JSON.parse(JSON.stringify(position)) as Json });
      if (!t.deepEqual(rest, whole.slice(index + 1), `after record ${index}`)) return;
    }
  }
});

test('mixtures of one dataset with itself are told apart', async (t) => {
  const records = await read(mixed([1, 1], [5], { stop: 'all' }));
  t.is(records.length, 10);
  t.is(new Set(records.map(({ origin }) => `${origin.dataset} ${origin.shard} ${origin.record}`)).size, 10);
});

test('options are checked', (t) => {
  const input = { source: source(1), weight: 1 };
  t.throws(() => mix([input]), { name: 'UsageError', message: 'mix: a mixture has at least two inputs, got 1' });
  for (const weight of [0, -1, NaN, Infinity]) t.throws(() => mix([input, { ...input, weight }], { name: 'm' }), { name: 'UsageError', message: `m: the weight of input 1 must be a positive number, got ${weight}` });
  t.throws(() => mix([input, input], { stop: 'never' as never }), { name: 'UsageError', message: 'mix: `stop` must be first, all or forever, got never' });
  t.throws(() => mix([input, input]).open({} as never, {} as never, tools), { name: 'UsageError', message: /run its inputs one by one/ });
});
