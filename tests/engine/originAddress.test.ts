import test from 'ava';
import { UsageError } from '../../engine/errors.js';
import { originAddress, parseOriginAddress } from '../../engine/originAddress.js';
import type { Origin } from '../../engine/sample.js';

const origin = (more: Partial<Origin>): Origin => ({ dataset: 'readTar', shard: 'shards/00001.tar', record: 17, pass: 0, path: [], ...more });
const child = (index: number) => ({ index, of: 3 });

test('what is printed is read again', (t) => {
  const cases: readonly (readonly [Origin, string])[] = [
    [origin({}), 'shards/00001.tar#17@0'],
    [origin({ pass: 3, path: [child(2)] }), 'shards/00001.tar#17_2@3'],
    [origin({ path: [child(0), child(1)], byte: 512 }), 'shards/00001.tar#17_0_1@0'],
    [origin({ dataset: 'mix/0/readTar', pass: 1 }), 'mix/0/readTar:shards/00001.tar#17@1'],
    [origin({ shard: 's3://a b/#1_2@3.tar', record: 0 }), 's3://a b/#1_2@3.tar#0@0'],
  ];
  for (const [given, text] of cases) {
    t.is(originAddress(given), text);
    const place = `${given.dataset.includes('/') ? `${given.dataset}:` : ''}${given.shard}`;
    t.deepEqual(parseOriginAddress(text), { text, place, record: given.record, children: given.path.map(({ index }) => index), epoch: given.pass });
  }
});

test('without an epoch it is the first', (t) => {
  t.like(parseOriginAddress('a.tar#5'), { place: 'a.tar', record: 5, children: [], epoch: 0 });
  t.like(parseOriginAddress('a.tar#5_1'), { record: 5, children: [1], epoch: 0 });
});

test('anything else is refused, with how it is written', (t) => {
  for (const text of ['', 'a.tar', '#5', 'a.tar#', 'a.tar#x', 'a.tar#5_', 'a.tar#5@', 'a.tar#-1', 'a.tar#5@1_0', `a.tar#${2 ** 60}`]) {
    t.throws(() => parseOriginAddress(text), { instanceOf: UsageError, message: /not an origin: .*it is written SHARD#RECORD/ }, text);
  }
});
