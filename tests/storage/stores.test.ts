import test from 'ava';
import { memoryStore } from '../../storage/memoryStore.js';
import { StoreError } from '../../storage/objectStore.js';
import { schemeOf } from '../../storage/schemeOf.js';
import { createStores } from '../../storage/stores.js';

test('stores are found by scheme', (t) => {
  const [memory, file] = [memoryStore(), memoryStore()];
  const stores = createStores({ memory, file });
  t.is(stores('memory://a/b'), memory);
  t.is(stores('MEMORY://a/b'), memory);
  for (const url of ['a/b', '/a/b', './a:b', 'a:b.tar', 'file:///a', 'file:/a', '2024-01-01T10:00/x', 'C:/x']) t.is(stores(url), file, url);
});

test('an unknown scheme names the known ones', (t) => {
  const error = t.throws(() => createStores({ memory: memoryStore() })('s3://bucket/a.tar'), { instanceOf: StoreError });
  t.is(error?.code, 'bad-url');
  t.is(error?.message, 'no store for s3: (s3://bucket/a.tar); known are plain paths and file:, memory:');
  t.throws(() => createStores()('gs:/bucket/a'), { instanceOf: StoreError, message: /no store for gs:/ }, 'one slash is a slip, not a folder');
  t.throws(() => createStores({ memory: memoryStore() })('memory:a'), { instanceOf: StoreError, message: /write memory:\/\// });
});

test('pipe: is refused, always', (t) => {
  for (const url of ['pipe:cat a.tar', 'PIPE:curl http://x/y', 'pipe://x']) {
    const error = t.throws(() => createStores()(url), { instanceOf: StoreError, message: /runs a command/ });
    t.is(error?.code, 'bad-url');
  }
  t.throws(() => createStores({ pipe: memoryStore() }), { instanceOf: RangeError, message: /must never run a command/ });
  t.throws(() => createStores({ 's3:': memoryStore() }), { instanceOf: RangeError, message: /without a colon, got "s3:"/ });
});

test('schemeOf', (t) => {
  t.is(schemeOf('S3://a'), 's3');
  t.is(schemeOf('a+b.c-1:/x'), 'a+b.c-1');
  t.is(schemeOf('dir/s3://a'), undefined);
  t.is(schemeOf('c:/x'), undefined);
  t.is(schemeOf('run:3.tar'), undefined);
  t.is(schemeOf(''), undefined);
});
