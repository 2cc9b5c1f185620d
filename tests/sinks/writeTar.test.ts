import test from 'ava';
import { from, mergeMap } from 'rxjs';
import { FingerprintError, LawError, UsageError } from '../../engine/errors.js';
import { mapSample } from '../../engine/mapSample.js';
import { windowed } from '../../engine/windowed.js';
import { stage } from '../../engine/stage.js';
import { isTombstone, type Element } from '../../engine/sample.js';
import { counterRandom } from '../../kernels/random.js';
import { verifyTar } from '../../sinks/verifyTar.js';
import { parseMark, type Mark } from '../../sinks/mark.js';
import { memoryStore } from '../../storage/memoryStore.js';
import { StoreError, type ObjectStore } from '../../storage/objectStore.js';
import { copyPipeline, inputStore, OUT, runGeneration, type PairSample, type PairStage } from '../helpers/generation.js';
import { comparedObjects, mixedKinds, putObject, shardBytes } from '../helpers/shards.js';
import { turns } from '../helpers/turns.js';
import { wrapStore, type StoreCall } from '../helpers/wrapStore.js';

/** Two spills, a lane of one part, an empty lane (its only record is filtered), faults in between. */
const RECORDS = [7, 4, 0, 5];
const makeInput = (): Promise<ObjectStore> => inputStore(RECORDS, { kind: mixedKinds });
const pipe = (work?: PairStage) => copyPipeline({ maxShardBytes: 4096, ...(work === undefined ? {} : { work }) });
const signal = new AbortController().signal;
const listed = async (store: ObjectStore, prefix: string): Promise<string[]> => {
  const urls: string[] = [];
  for await (const { url } of store.list(prefix)) urls.push(url.slice(OUT.length));
  return urls;
};
const scratch = async (store: ObjectStore): Promise<string[]> => (await listed(store, `${OUT}_millrace/`)).filter((name) => !/plan\.json$|\/runs\//.test(name));

test('commit: killed before or after every storage call, a re-run completes with the same bytes and leaves no scratch', async (t) => {
  const input = await makeInput();
  const undisturbed = memoryStore();
  const calls: StoreCall[] = [];
  await runGeneration(pipe(), { input, output: wrapStore(undisturbed, { before: (call) => void calls.push(call) }) });
  const expected = await comparedObjects(undisturbed, OUT);
  t.true(Object.keys(expected).includes('00000-01.tar'), 'the run spills');
  t.true(calls.length > 60);

  for (const when of ['before', 'after'] as const) {
    for (const { ordinal, name, url } of calls) {
      const at = `${when} call ${ordinal}, ${name} ${url}`;
      const store = memoryStore();
      let dead = false;
      const die = (): void => {
        if (dead) throw new Error('killed');
      };
      const killed = wrapStore(store, {
        before: (call) => {
          if (when === 'before' && call.ordinal === ordinal) dead = true;
          die();
        },
        after: (call) => {
          if (when === 'after' && call.ordinal === ordinal) dead = true;
          die();
        },
      });
      const error = await runGeneration(pipe(), { input, output: killed }).then(() => undefined, (reason: Error) => reason);
      if (!dead) continue; // after a call that failed by itself: there is nothing at this name yet
      t.regex(error?.message ?? 'the run did not notice', /killed/, at);
      for (const [file, text] of Object.entries(await comparedObjects(store, OUT))) {
        if (text !== expected[file]) t.fail(`${at}: ${file} is not whole`);
      }
      const result = await runGeneration(pipe(), { input, output: store });
      if (!t.is(result.outcome, 'complete', at)) return;
      if (!t.deepEqual(await comparedObjects(store, OUT), expected, at)) return;
      if (!t.deepEqual(await scratch(store), [], at)) return;
    }
  }
  const proof = await verifyTar(OUT, { store: undisturbed, signal });
  t.deepEqual([proof.differences, proof.unmarked], [[], []]);
  t.log(`${calls.length} calls, killed before and after each`);
});

test('commit: a passing fault before or after any storage call costs an attempt, not the run', async (t) => {
  const input = await makeInput();
  const undisturbed = memoryStore();
  let calls = 0;
  await runGeneration(pipe(), { input, output: wrapStore(undisturbed, { before: () => void (calls += 1) }) });
  const expected = await comparedObjects(undisturbed, OUT);
  for (const when of ['before', 'after'] as const) {
    for (let ordinal = 0; ordinal < calls; ordinal += 1) {
      const output = memoryStore();
      const flaky = wrapStore(output, {
        [when]: (call: StoreCall) => {
          if (call.ordinal === ordinal) throw new StoreError('transient', call.url, `call ${ordinal} timed out`);
        },
      });
      const result = await runGeneration(pipe(), { input, output: flaky }).catch((error: Error) => error);
      if (result instanceof Error) return t.fail(`${when} ${ordinal}: ${result.stack}`);
      t.is(result.outcome, 'complete');
      if (!t.deepEqual(await comparedObjects(output, OUT), expected, `${when} ${ordinal}`)) return;
      if (!t.deepEqual(await scratch(output), [], `${when} ${ordinal}`)) return;
    }
  }
});

test('two runners at once, in any interleaving: one marked result, the work shared but for the tails', async (t) => {
  const input = await inputStore([4, 3, 5, 0, 6, 2], { kind: mixedKinds });
  const alone = memoryStore();
  await runGeneration(pipe(), { input, output: alone });
  const expected = await comparedObjects(alone, OUT);
  let most = 0;
  for (let seed = 0; seed < 60; seed += 1) {
    const random = counterRandom('two runners', seed);
    const turn = turns(random);
    const store = memoryStore();
    const attempts: number[] = [];
    const concurrency = random.integer(1, 2);
    const runner = (who: number): Promise<unknown> => {
      const wait = (): Promise<void> => turn(who);
      return runGeneration(pipe(), { input, output: wrapStore(store, { before: wait, after: wait }), concurrency, onAttempt: (lane) => void attempts.push(lane) });
    };
    const results = await Promise.allSettled([runner(0), runner(1)]);
    for (const result of results) {
      if (result.status === 'rejected') return t.fail(`seed ${seed}: ${(result.reason as Error).stack}`);
      t.like(result.value, { outcome: 'complete', lanes: { done: 6, total: 6 } }, `seed ${seed}`);
    }
    if (!t.deepEqual(await comparedObjects(store, OUT), expected, `seed ${seed}`)) return;
    if (!t.deepEqual(await scratch(store), [], `seed ${seed}`)) return;
    most = Math.max(most, attempts.length - 6);
    if (!t.true(attempts.length - 6 <= 2 * concurrency, `seed ${seed}: lanes ${attempts.join(' ')}`)) return;
  }
  t.log(`at most ${most} lanes were done twice`);
});

/** The same names and options, so the same fingerprint, but other bytes: what a run with other code of ours would leave. */
const otherCode = (word: string): PairStage => mapSample<PairSample, { text: string }>('work', (sample) => ({ text: `${sample.text} ${word}` })) as unknown as PairStage;

test('two runners with different code: each lane is one of the two, whole, and proven', async (t) => {
  const input = await inputStore([4, 3, 5], { kind: mixedKinds });
  let renamed = 0;
  for (let seed = 0; seed < 60; seed += 1) {
    const random = counterRandom('different runners', seed);
    const turn = turns(random);
    const store = memoryStore();
    const runner = (word: string, who: number): Promise<unknown> => {
      const wait = (): Promise<void> => turn(who);
      return runGeneration(pipe(otherCode(word)), { input, output: wrapStore(store, { before: wait, after: wait }) });
    };
    const results = await Promise.allSettled([runner('from the first', 0), runner('from the second', 1), ...(seed % 3 === 0 ? [runner('from the first', 2)] : [])]);
    for (const result of results) if (result.status === 'rejected') return t.fail(`seed ${seed}: ${(result.reason as Error).stack}`);
    for (let n = 0; n < 100; n += 1) await turn(9); // a lane that gave way takes back its parts when the run does not wait any more
    const proof = await verifyTar(OUT, { store, signal });
    if (!t.deepEqual([proof.differences, proof.unmarked], [[], []], `seed ${seed}`)) return;
    for (const [name, text] of Object.entries(await comparedObjects(store, OUT))) {
      if (!name.endsWith('.tar')) continue;
      if (text.includes('from the first') && text.includes('from the second')) return t.fail(`seed ${seed}: ${name} is a mixture`);
      if (/-a\d+\.tar$/.test(name)) renamed += 1;
    }
  }
  t.true(renamed > 0, 'the runners met');
});

test('an unmarked part with other content stays; the mark chooses the next name', async (t) => {
  const input = await makeInput();
  const store = memoryStore();
  await putObject(store, `${OUT}_millrace/tmp/00001.tar.99-dead`, shardBytes(9, 1));
  const dead = new Error('killed before the mark');
  const killed = wrapStore(store, {
    before: (call) => {
      if (call.name === 'createOnce' && call.url.endsWith('_stats.json')) throw dead;
    },
  });
  await t.throwsAsync(runGeneration(pipe(otherCode('old')), { input, output: killed }), { message: /killed before/ });
  const before = await comparedObjects(store, OUT);
  t.deepEqual(Object.keys(before), ['00000-01.tar', '00000-02.tar', '00000.tar']);
  await runGeneration(pipe(otherCode('new')), { input, output: store });
  const after = await comparedObjects(store, OUT);
  t.is(after['00000.tar'], before['00000.tar']);
  t.regex(after['00000-a1.tar'] as string, /caption 0 of shard 0 new/);
  t.deepEqual((JSON.parse(after['00000_stats.json'] as string) as Mark).millrace.parts.map((part) => part.name), ['00000-a1.tar', '00000-01-a1.tar', '00000-02-a1.tar']);
  const proof = await verifyTar(OUT, { store, signal });
  t.deepEqual(proof.differences, []);
  t.deepEqual(proof.unmarked.map((url) => url.slice(OUT.length)), ['00000-01.tar', '00000-02.tar', '00000.tar']);
  t.deepEqual(await scratch(store), []);
});

test('marks: equal whatever the concurrency and the moment; a damaged one is refused with what to do', async (t) => {
  const input = await makeInput();
  const [one, many] = [memoryStore(), memoryStore()];
  await runGeneration(pipe(), { input, output: one });
  await runGeneration(pipe(), { input, output: many, concurrency: 4 });
  t.deepEqual(await comparedObjects(one, OUT), await comparedObjects(many, OUT));
  const text = (await comparedObjects(one, OUT))['00000_stats.json'] as string;
  const mark = parseMark(Buffer.from(text, 'latin1')) as Mark;
  t.is(mark.successes, mark.millrace.counts.delivered);
  t.is(mark.count, 7);
  t.deepEqual(mark.millrace.reasons, { 'keep: has caption': 1, 'readTar: field-missing': 1 });
  t.like(mark.millrace.quarantine[0], { key: 's0r4', reason: 'field-missing', stage: 'readTar', kind: 'quarantined', count: 1 });

  await putObject(one, `${OUT}00001_stats.json`, Buffer.from(text, 'latin1').subarray(0, 100));
  await t.throwsAsync(runGeneration(pipe(), { input, output: one }), { instanceOf: UsageError, message: /00001_stats\.json is damaged: .*Remove it and run again/ });
  await one.remove(`${OUT}00001_stats.json`);
  const again = await runGeneration(pipe(), { input, output: one });
  t.deepEqual(again.lanes, { total: 4, done: 4, reused: 3 });
  t.deepEqual(await comparedObjects(one, OUT), await comparedObjects(many, OUT));
});

/** A stage that breaks a law at record 2 of the second shard. */
const lawBreaker = (how: (element: PairSample) => readonly Element<PairSample>[]): PairStage =>
  stage<PairSample, PairSample>({
    name: 'work',
    arity: 'one',
    connect: () => (source) => source.pipe(spread((element) => (isTombstone(element) || element.origin.record !== 2 || !element.origin.shard.endsWith('00001.tar') ? [element] : how(element as PairSample)))),
  });

const spread = (how: (element: Element<PairSample>) => readonly Element<PairSample>[]) => mergeMap((element: Element<PairSample>) => from(how(element)));

for (const [name, how, message] of [
  ['drops a sample silently', () => [], /lane 1 is not committed: of 4 samples that memory:\/\/in\/00001\.tar gave, missing 1 \(records 2\), more than once 0/],
  ['doubles a sample', (sample) => [sample, { ...sample, key: 'copy' }], /lane 1 .*missing 0, more than once 1 \(records 2\)/],
  ['invents a sample', (sample) => [sample, { ...sample, key: 'copy', origin: { ...sample.origin, record: 77 } }], /lane 1 .*more than once 1 \(records 77\)/],
  ['passes one sample off as another', (sample) => [{ ...sample, origin: { ...sample.origin, shard: 'elsewhere' } }], /lane 1 .*under the origin of another/],
  ['expands without all children', (sample) => [{ ...sample, origin: { ...sample.origin, path: [{ index: 0, of: 2 }] } }], /lane 1 .*missing 1 \(records 2\)/],
  ['expands into one child twice', (sample) => ['a', 'b'].map((key) => ({ ...sample, key, origin: { ...sample.origin, path: [{ index: 0, of: 2 }] } })), /lane 1 .*with 2 more by expansion, there are 5 outcomes/],
  ['gives two samples one key', (sample) => [0, 1].map((index) => ({ ...sample, origin: { ...sample.origin, path: [{ index, of: 2 }] } })), /two samples have the key "s1r2" in one shard/],
] satisfies [string, (sample: PairSample) => readonly Element<PairSample>[], RegExp][]) {
  test(`a stage that ${name}: the run fails, that lane has no mark, verify fails`, async (t) => {
    const input = await makeInput();
    const output = memoryStore();
    await t.throwsAsync(runGeneration(pipe(lawBreaker(how)), { input, output }), { instanceOf: LawError, message });
    t.false((await listed(output, OUT)).includes('00001_stats.json'));
    const proof = await verifyTar(OUT, { store: output, signal });
    t.true(proof.differences.some((line) => /00001_stats\.json: it is not there/.test(line)));
  });
}

test('merged samples: the mark counts everyone whom a record accounts for', async (t) => {
  const input = await inputStore([4]);
  const output = memoryStore();
  const pairs = windowed<PairSample, PairSample>('work', ([first, second]) => [{ ...(first as PairSample), members: [first, second].map((sample) => (sample as PairSample).origin) }], { samples: 2, maxBytes: 10_000 });
  const result = await runGeneration(pipe(pairs), { input, output });
  t.like(result.totals, { planned: 4, delivered: 4, missing: 0, duplicates: 0 });
  const proof = await verifyTar(OUT, { store: output, signal });
  t.deepEqual(proof.differences, []);
});

test('fields: two files of one extension, and a sample without any field, are refused where they happen', async (t) => {
  const input = await inputStore([2]);
  const sameExtension = mapSample<PairSample, { image: PairSample['image'] }>('work', (sample) => ({ image: { ...sample.image, extension: 'txt' } })) as unknown as PairStage;
  await t.throwsAsync(runGeneration(pipe(sameExtension), { input, output: memoryStore() }), { message: /writeTar: `text` of memory:\/\/in\/00000\.tar#0 would be a second \.txt file/ });
});

test('an output that cannot be used is refused before any work, as a usage error', async (t) => {
  const input = await makeInput();
  const attempts: number[] = [];
  const onAttempt = (lane: number): void => void attempts.push(lane);
  for (const code of ['denied', 'bad-url', 'is-directory'] as const) {
    const output = wrapStore(memoryStore(), {
      before: (call) => {
        if (call.name === 'createOnce') throw new StoreError(code, call.url, `cannot write ${call.url}: ${code}`);
      },
    });
    await t.throwsAsync(runGeneration(pipe(), { input, output, onAttempt }), { instanceOf: UsageError, message: /cannot write memory:/ });
  }
  const other = memoryStore();
  await putObject(other, `${OUT}data.tar`, shardBytes(0, 1));
  await t.throwsAsync(runGeneration(pipe(), { input, output: other, onAttempt }), { instanceOf: UsageError, message: /is no output of Millrace .* but holds memory:\/\/out\/data\.tar; choose an empty output/ });
  const ours = memoryStore();
  await runGeneration(pipe(), { input, output: ours });
  await t.throwsAsync(runGeneration(copyPipeline({ maxShardBytes: 8192 }), { input, output: ours, onAttempt }), {
    instanceOf: FingerprintError,
    message: /holds the work of another recipe.*\n.*stage 3 writeTar: was .*"maxShardBytes":4096.*, is now .*"maxShardBytes":8192/,
  });
  t.deepEqual(attempts, []);
});

test('an output that was begun on other content of the same inputs is refused: old and new do not mix', async (t) => {
  const input = await inputStore([3, 3]);
  const output = memoryStore();
  await runGeneration(copyPipeline(), { input, output });
  await output.remove('memory://out/00001_stats.json');
  await putObject(input, 'memory://in/00001.tar', shardBytes(7, 3));
  const error = await t.throwsAsync(runGeneration(copyPipeline(), { input, output }), { instanceOf: UsageError });
  t.regex(error?.message ?? '', /1 of 2 inputs changed since memory:\/\/out\/ was begun, such as memory:\/\/in\/00001\.tar/);
});
