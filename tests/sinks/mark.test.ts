import test from 'ava';
import { noOutcomes } from '../../engine/account.js';
import { sha256 } from '../../engine/fingerprint.js';
import { canonicalJson } from '../../engine/json.js';
import { makeMark, markBytes, parseMark, type LaneRecord, type Mark } from '../../sinks/mark.js';

const record: LaneRecord = {
  version: 1,
  lane: 7,
  source: 'readTar',
  input: { shard: 'in/00007.tar', bytes: 10_240 },
  fingerprint: 'f'.repeat(64),
  planned: 3,
  plannedHash: '0'.repeat(32),
  counts: { ...noOutcomes(), delivered: 1, filtered: 1, quarantined: 1 },
  outcomeHash: '0'.repeat(32),
  records: 'Bw==',
  parts: [{ name: '00007.tar', bytes: 2048, sha256: 'a'.repeat(64), samples: 1, members: 1 }],
  quarantine: [{ stage: 'readTar', reason: 'field-missing', kind: 'quarantined', key: 'kéy "1"', count: 1, origin: { dataset: 'readTar', shard: 'in/00007.tar', record: 1, pass: 0, path: [] } }],
  reasons: { 'readTar: field-missing': 1, 'keep: has caption': 1 },
  tallies: { keep: { 'words 10': 1, 'words 2': 4 } },
};
const mark = makeMark(record);
const good = Buffer.from(markBytes(mark));

test('a mark has the keys of img2dataset, ours, and comes back from its bytes', (t) => {
  t.deepEqual(parseMark(good), mark);
  t.like(JSON.parse(good.toString()), {
    count: 3, successes: 1, failed_to_download: 0, failed_to_resize: 0,
    status_dict: { success: 1, 'readTar: field-missing': 1, 'keep: has caption': 1 },
  });
  t.is(good.at(-1), 0x0a);
});

test('any changed, removed or added byte is seen', (t) => {
  for (let at = 0; at < good.length; at += 1) {
    for (const flip of [1, 0x20, 0x80]) {
      const bad = Buffer.from(good);
      bad[at] = (bad[at] as number) ^ flip;
      t.is(typeof parseMark(bad), 'string', `byte ${at} ^ ${flip}`);
    }
    t.is(typeof parseMark(Buffer.concat([good.subarray(0, at), good.subarray(at + 1)])), 'string', `without byte ${at}`);
    for (const byte of [0x20, 0x30, 0x0a]) {
      t.is(typeof parseMark(Buffer.concat([good.subarray(0, at), Buffer.of(byte), good.subarray(at)])), 'string', `${byte} before byte ${at}`);
    }
  }
  t.is(parseMark(Buffer.concat([Buffer.from('\ufeff'), good])), 'it was rewritten after the run', 'a byte order mark');
  t.is(parseMark(Buffer.concat([good, Buffer.from('\n')])), 'it was rewritten after the run');
  t.is(parseMark(Buffer.from(good.toString().replace('"successes"', '"succ\\u0065sses"'))), 'it was rewritten after the run');
  t.is(parseMark(Buffer.from(good.toString().replace('"count": 3', '"count": 4,\n "count": 3'))), 'it was rewritten after the run', 'a name twice');
  t.regex(parseMark(new Uint8Array()) as string, /^it is not JSON/);
  t.regex(parseMark(good.subarray(0, 100)) as string, /^it is not JSON/);
});

/** What somebody who knows how could write: another content with a right digest. */
function redigested(change: (body: Record<string, unknown> & { millrace: Record<string, unknown> }) => void): Uint8Array {
  const { digest: _, ...body } = JSON.parse(good.toString()) as Mark;
  change(body as never);
  return Buffer.from(`${JSON.stringify({ ...body, digest: sha256(canonicalJson(body)) }, undefined, 1)}\n`);
}

test('a digest made anew hides nothing that does not follow from the record', (t) => {
  t.is(typeof parseMark(redigested(() => {})), 'object');
  t.is(parseMark(redigested((body) => (body.successes = 2))), 'it was rewritten after the run');
  t.is(parseMark(redigested((body) => (body.note = 'trust me'))), 'it was rewritten after the run');
  t.is(parseMark(redigested((body) => (body.status_dict = { success: 3 }))), 'it was rewritten after the run');
});

test('records of a wrong shape are refused, not read', (t) => {
  for (const json of ['null', '[]', '1', '"x"', '{}', '{"millrace":null}', '{"millrace":{"version":2}}']) {
    t.is(parseMark(Buffer.from(json)), 'it has no `millrace` record of version 1', json);
  }
  for (const [name, value] of [
    ['counts', undefined], ['counts', null], ['counts', { delivered: 1 }], ['counts', { ...record.counts, filtered: -1 }], ['counts', { ...record.counts, filtered: '1' }],
    ['parts', undefined], ['parts', {}], ['parts', [null]], ['parts', [{ name: '00007.tar' }]], ['planned', 1.5], ['planned', '3'], ['lane', null],
    ['input', undefined], ['input', {}], ['records', 3], ['quarantine', undefined], ['quarantine', [1]], ['quarantine', [{}]], ['reasons', undefined], ['reasons', { x: 'y' }],
    ['tallies', undefined], ['source', 1], ['fingerprint', undefined], ['plannedHash', 0], ['outcomeHash', null],
  ] as [string, unknown][]) {
    t.is(parseMark(redigested((body) => (body.millrace[name] = value))), 'its `millrace` record is incomplete', `${name} ${JSON.stringify(value)}`);
  }
});
