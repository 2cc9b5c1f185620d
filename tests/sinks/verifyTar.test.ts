import { createHash } from 'node:crypto';
import test from 'ava';
import { UsageError } from '../../engine/errors.js';
import { START } from '../../engine/source.js';
import { counterRandom } from '../../kernels/random.js';
import { makeMark, markBytes, parseMark, type LaneRecord, type Mark } from '../../sinks/mark.js';
import { verifyTar, type Verification } from '../../sinks/verifyTar.js';
import { readTar } from '../../sources/readTar.js';
import { memoryStore } from '../../storage/memoryStore.js';
import type { ObjectStore } from '../../storage/objectStore.js';
import { copyPipeline, inputStore, OUT, runGeneration } from '../helpers/generation.js';
import { comparedObjects, mixedKinds, putObject, shardBytes } from '../helpers/shards.js';

const RECORDS = [7, 4, 0, 5];
const signal = new AbortController().signal;

interface World {
  readonly input: ObjectStore;
  readonly output: ObjectStore;
  /** Names and bytes as the run left them. */
  readonly good: Record<string, string>;
}

async function world(): Promise<World> {
  const input = await inputStore(RECORDS, { kind: mixedKinds });
  const output = memoryStore();
  await runGeneration(copyPipeline({ maxShardBytes: 8192 }), { input, output });
  return { input, output, good: await comparedObjects(output, OUT) };
}

async function check({ input, output }: World, against: boolean, pattern = 'memory://in/*.tar'): Promise<Verification> {
  const tools = { stores: () => input, signal };
  const source = readTar(pattern, { fields: {} });
  const shards = await source.plan(tools);
  return verifyTar(OUT, { store: output, signal, ...(against ? { against: { shards, records: (index: number) => source.open(shards[index] as (typeof shards)[0], START, tools) } } : {}) });
}

const put = (store: ObjectStore, name: string, bytes: Uint8Array): Promise<void> => putObject(store, `${OUT}${name}`, bytes);
const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1');
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

test('an untouched output is proven, by itself and against its inputs', async (t) => {
  const w = await world();
  for (const against of [false, true]) {
    const proof = await check(w, against);
    t.deepEqual(proof.differences, []);
    t.deepEqual(proof.unmarked, []);
    t.like(proof, { lanes: 4, planned: 16, delivered: 11, filtered: 3, quarantined: 2, expanded: 0, remainder: 0, missing: 0, duplicates: 0 });
  }
});

test('one flipped bit anywhere in a part or a mark is a difference', async (t) => {
  const w = await world();
  const random = counterRandom('flips', Number(process.env.MILLRACE_PROPERTY_BASE ?? 1));
  let flips = 0;
  for (const [name, text] of Object.entries(w.good)) {
    const positions = new Set([0, text.length - 1, ...Array.from({ length: 40 }, () => random.integer(0, text.length - 1))]);
    for (const at of positions) {
      const bad = bytesOf(text);
      bad[at] = (bad[at] as number) ^ (1 << random.integer(0, 7));
      await put(w.output, name, bad);
      const { differences } = await check(w, false);
      if (!t.true(differences.length > 0 && differences.every((line) => line.includes(name.slice(0, 5))), `${name} byte ${at}: ${differences.join('; ')}`)) return;
      flips += 1;
    }
    await put(w.output, name, bytesOf(text));
  }
  t.deepEqual((await check(w, true)).differences, []);
  t.log(`${flips} flips`);
});

test('flips in padding, in the end of the archive, and bytes after it, however the store cuts its chunks', async (t) => {
  const w = await world();
  const name = '00001.tar';
  const whole = bytesOf(w.good[name] as string);
  for (const readChunkBytes of [1, 512, 513, 4096, 2 ** 20]) {
    const output = memoryStore({ readChunkBytes });
    for await (const { url } of w.output.list(OUT)) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of w.output.read(url)) chunks.push(chunk);
      await putObject(output, url, Buffer.concat(chunks));
    }
    t.deepEqual((await check({ ...w, output }, false)).differences, [], `chunks of ${readChunkBytes}`);
    for (const at of [whole.length - 1, whole.length - 1024, whole.length - 1025]) {
      const bad = Buffer.from(whole);
      bad[at] = (bad[at] as number) ^ 1;
      await put(output, name, bad);
      t.regex((await check({ ...w, output }, false)).differences.join('\n'), /00001\.tar: its content is not what was written/, `byte ${at}`);
    }
    for (const more of [1, 511, 512, 100_000]) {
      await put(output, name, Buffer.concat([whole, Buffer.alloc(more)]));
      t.deepEqual((await check({ ...w, output }, false)).differences, [
        `${OUT}00001.tar: it has ${whole.length + more} bytes, its mark says ${whole.length}`,
        `${OUT}00001.tar: its content is not what was written (sha256 differs from the mark)`,
      ]);
    }
  }
});

test('removed and truncated objects are named', async (t) => {
  const w = await world();
  for (const [name, text] of Object.entries(w.good)) {
    await w.output.remove(`${OUT}${name}`);
    const gone = await check(w, false);
    t.regex(gone.differences.join('\n'), name.endsWith('.tar') ? /it is not there, though the lane's mark lists it/ : /it is not there: the lane is not finished/, name);
    t.true(gone.differences[0]?.startsWith(`${OUT}${name}: `));
    for (const keep of [0, 1, 511, 512, 700, text.length - 1]) {
      await put(w.output, name, bytesOf(text).subarray(0, keep));
      const cut = await check(w, false);
      t.true(cut.differences.length > 0, `${name} cut to ${keep}`);
    }
    await put(w.output, name, bytesOf(text));
  }
});

test('swapped marks, swapped parts and a removed member are differences', async (t) => {
  const w = await world();
  await put(w.output, '00000_stats.json', bytesOf(w.good['00001_stats.json'] as string));
  await put(w.output, '00001_stats.json', bytesOf(w.good['00000_stats.json'] as string));
  const swapped = await check(w, false);
  t.true(swapped.differences.some((line) => /00000_stats\.json: it is the mark of lane 1 \(memory:\/\/in\/00001\.tar\), not of memory:\/\/in\/00000\.tar/.test(line)));
  t.true(swapped.differences.some((line) => /00000_stats\.json: it lists "00001\.tar", which is no part of this lane/.test(line)));

  const parts = await world();
  await put(parts.output, '00001.tar', bytesOf(parts.good['00003.tar'] as string));
  await put(parts.output, '00003.tar', bytesOf(parts.good['00001.tar'] as string));
  t.is((await check(parts, false)).differences.filter((line) => /sha256 differs/.test(line)).length, 2);

  const member = await world();
  const tar = bytesOf(member.good['00001.tar'] as string);
  const second = tar.indexOf('s1r2.jpg');
  await put(member.output, '00001.tar', Buffer.concat([tar.subarray(0, second), tar.subarray(second + 2048)]));
  t.true((await check(member, false)).differences.length > 0);
});

test('a stray tar is a note, not a difference', async (t) => {
  const w = await world();
  await put(w.output, '99999.tar', shardBytes(9, 2));
  await put(w.output, '00001-a7.tar', shardBytes(9, 2));
  const proof = await check(w, true);
  t.deepEqual(proof.differences, []);
  t.deepEqual(proof.unmarked, [`${OUT}00001-a7.tar`, `${OUT}99999.tar`]);
});

/** A mark with another record and a right digest. */
async function forge(w: World, lane: number, change: (record: LaneRecord) => Partial<LaneRecord>): Promise<void> {
  const name = `0000${lane}_stats.json`;
  const { millrace } = parseMark(bytesOf(w.good[name] as string)) as Mark;
  await put(w.output, name, markBytes(makeMark({ ...millrace, ...change(millrace) })));
}

for (const [what, change, message] of [
  ['fewer planned', (r) => ({ planned: r.planned - 1 }), /3 planned \+ 0 expanded are not 4 outcomes/],
  ['a sample made filtered', (r) => ({ counts: { ...r.counts, delivered: r.counts.delivered - 1, filtered: r.counts.filtered + 1 } }), /its parts hold 3 samples, it says 2 delivered/],
  ['a quarantine without entries', (r) => ({ counts: { ...r.counts, filtered: 0, quarantined: 1 } }), /its quarantine lists 0 samples, it counts 1/],
  ['reasons that do not add up', () => ({ reasons: {} }), /its reasons add up to 0, it counts 1 filtered and quarantined/],
  ['another fingerprint', () => ({ fingerprint: 'f'.repeat(64) }), /it was made by another recipe than the plan/],
  ['another lane', () => ({ lane: 3 }), /it is the mark of lane 3/],
  ['another input size', (r) => ({ input: { ...r.input, bytes: 1 } }), /its input is not that of the plan/],
  ['another origin', () => ({ outcomeHash: '1'.repeat(32) }), /their origins sum up differently/],
  ['a record without an outcome', () => ({ records: Buffer.from([7]).toString('base64') }), /1 of 4 planned records have no outcome/],
  ['a bitmap that is too short', () => ({ records: '' }), /its bitmap of records has 0 bytes for 4 planned records/],
  ['a huge plan', () => ({ planned: Number.MAX_SAFE_INTEGER }), /its bitmap of records has 1 bytes for 9007199254740991 planned records/],
  ['no parts', () => ({ parts: [] }), /its parts hold 0 samples, it says 3 delivered/],
  ['a part twice', (r) => ({ parts: [...r.parts, ...r.parts], counts: { ...r.counts, delivered: 6 } }), /stands in this lane twice/],
  ['a part outside', (r) => ({ parts: [{ ...(r.parts[0] as LaneRecord['parts'][0]), name: '../in/00001.tar' }] }), /it lists "\.\.\/in\/00001\.tar", which is no part of this lane/],
  ['another digest', (r) => ({ parts: [{ ...(r.parts[0] as LaneRecord['parts'][0]), sha256: '0'.repeat(64) }] }), /sha256 differs from the mark/],
  ['another number of samples', (r) => ({ parts: [{ ...(r.parts[0] as LaneRecord['parts'][0]), samples: 2 }] }), /it holds 3 samples, its mark says 2/],
] satisfies [string, (record: LaneRecord) => Partial<LaneRecord>, RegExp][]) {
  test(`a mark made anew with ${what} does not agree with the output`, async (t) => {
    const w = await world();
    await forge(w, 1, change);
    t.regex((await check(w, false)).differences.join('\n'), message);
  });
}

test('a whole lane made anew, in itself without a fault, does not agree with the inputs', async (t) => {
  // Record 0 of the lane is cut out of everything: part, counts, bitmap, hashes.
  const w = await world();
  const shorter = await inputStore([7, 3, 0, 5], { kind: (n) => mixedKinds(n) });
  const elsewhere = memoryStore();
  await runGeneration(copyPipeline({ maxShardBytes: 8192 }), { input: shorter, output: elsewhere });
  const theirs = await comparedObjects(elsewhere, OUT);
  const { millrace } = JSON.parse(theirs['00001_stats.json'] as string) as Mark;
  const own = parseMark(bytesOf(w.good['00001_stats.json'] as string)) as Mark;
  await put(w.output, '00001.tar', bytesOf(theirs['00001.tar'] as string));
  await put(w.output, '00001_stats.json', markBytes(makeMark({ ...millrace, fingerprint: own.millrace.fingerprint, input: own.millrace.input })));
  t.deepEqual((await check(w, false)).differences, [], 'by itself it is consistent');
  t.regex((await check(w, true)).differences.join('\n'), /00001_stats\.json: the input has 4 records, the lane was planned with 3/);
});

test('delivered keys that the input does not have, and other inputs, are differences', async (t) => {
  const w = await world();
  const foreign = shardBytes(8, 4, { kind: mixedKinds });
  const { millrace } = parseMark(bytesOf(w.good['00001_stats.json'] as string)) as Mark;
  const renamed = bytesOf((w.good['00001.tar'] as string).replaceAll('s1r', 's8r'));
  // Checksums of the headers: '1' became '8' once in each.
  for (let at = 0; at < renamed.length; at += 512) {
    if (renamed.toString('latin1', at, at + 3) === 's8r') {
      const sum = Number.parseInt(renamed.toString('latin1', at + 148, at + 154), 8) + 7;
      renamed.write(sum.toString(8).padStart(6, '0'), at + 148, 'latin1');
    }
  }
  await put(w.output, '00001.tar', renamed);
  await put(w.output, '00001_stats.json', markBytes(makeMark({ ...millrace, parts: [{ ...(millrace.parts[0] as LaneRecord['parts'][0]), sha256: sha256(renamed) }] })));
  t.deepEqual((await check(w, false)).differences, []);
  t.deepEqual((await check(w, true)).differences, [`${OUT}00001_stats.json: 3 delivered keys are not in the input, such as "s8r0"`]);

  const other = await world();
  t.deepEqual((await check(other, true, 'memory://in/0000{0,1,2}.tar')).differences, ['the input has 3 shards, the output was made of 4']);
  await putObject(other.input, 'memory://in/00003.tar', foreign);
  t.true((await check(other, true)).differences.some((line) => /memory:\/\/in\/00003\.tar has \d+ bytes, the output was made of \d+/.test(line)));
  t.regex((await check(other, true, 'memory://in/0000{1,0,2,3}.tar')).differences[0] as string, /shard 0 of the input is memory:\/\/in\/00001\.tar, the output was made of memory:\/\/in\/00000\.tar/);
});

test('what is no output of ours is a usage error, and a damaged plan says so', async (t) => {
  await t.throwsAsync(verifyTar('memory://nowhere', { store: memoryStore(), signal }), { instanceOf: UsageError, message: 'memory://nowhere/ is no output of Millrace: there is no memory://nowhere/_millrace/plan.json' });
  for (const [text, message] of [['{', /plan\.json is damaged/], ['{}', /is not a plan of this version/], ['null', /is damaged|is not a plan/], ['{"version":1,"extents":[null],"fingerprint":{"digest":""}}', /is not a plan of this version/]] as const) {
    const store = memoryStore();
    await put(store, '_millrace/plan.json', Buffer.from(text));
    await t.throwsAsync(verifyTar(OUT, { store, signal }), { instanceOf: UsageError, message });
  }
});
