import { createHash } from 'node:crypto';
import test from 'ava';
import { tarMembers } from '../../formats/tar/tarMembers.js';
import { outputLayout, isPartOf, partName } from '../../sinks/outputLayout.js';
import { digestOf, PartWriter } from '../../sinks/partWriter.js';
import { memoryStore } from '../../storage/memoryStore.js';
import type { ObjectStore } from '../../storage/objectStore.js';
import { comparedObjects } from '../helpers/shards.js';
import { wrapStore } from '../helpers/wrapStore.js';

const layout = outputLayout('memory://out');
const data = (text: string): Uint8Array => new TextEncoder().encode(text);

async function part(store: ObjectStore, text: string, unique = 'me'): Promise<PartWriter> {
  const writer = await PartWriter.open(store, layout, 3, 0, unique);
  await writer.add('a.txt', data(text));
  writer.samples += 1;
  writer.members += 1;
  return writer;
}

test('a part is nothing before its commit, and a whole tar under its name after it', async (t) => {
  const store = memoryStore();
  const writer = await part(store, 'hello');
  t.deepEqual(await comparedObjects(store, layout.root), {});
  const { part: marked, created } = await writer.commit();
  t.true(created);
  const bytes = Buffer.from((await comparedObjects(store, layout.root))['00003.tar'] as string, 'latin1');
  t.deepEqual(marked, { name: '00003.tar', bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), samples: 1, members: 1 });
  const members: string[] = [];
  for await (const member of tarMembers((async function* () { yield new Uint8Array(bytes); })())) members.push(`${member.name} ${Buffer.from(member.data).toString()}`);
  t.deepEqual(members, ['a.txt hello']);
  for await (const { url } of store.list(layout.scratch)) t.fail(`${url} is left`);
});

test('an equal part that is there is adopted; a different one stays, and the next free name is taken', async (t) => {
  const store = memoryStore();
  await (await part(store, 'one')).commit();
  t.like(await (await part(store, 'one')).commit(), { created: false, part: { name: '00003.tar' } });
  t.like(await (await part(store, 'two')).commit(), { created: true, part: { name: '00003-a1.tar' } });
  t.like(await (await part(store, 'three')).commit(), { created: true, part: { name: '00003-a2.tar' } });
  t.like(await (await part(store, 'two')).commit(), { created: false, part: { name: '00003-a1.tar' } });
});

test('a part that vanishes while it is compared leaves its name free', async (t) => {
  const store = memoryStore();
  await (await part(store, 'one')).commit();
  const racing = wrapStore(store, {
    before: async (call) => {
      if (call.name === 'read') await store.remove(call.url);
    },
  });
  t.like(await (await part(racing, 'two')).commit(), { created: true, part: { name: '00003.tar' } });
});

test('an abort leaves nothing, before and after a failed commit', async (t) => {
  const store = memoryStore();
  await (await part(store, 'one')).abort();
  for (const name of ['close', 'link', 'write'] as const) {
    let armed = false;
    const failing = wrapStore(store, {
      before: (call) => {
        if (armed && call.name === name) throw new Error('no');
      },
    });
    const writer = await part(failing, 'two');
    armed = true;
    await t.throwsAsync(writer.commit(), { message: 'no' });
    await writer.abort();
  }
  for await (const { url } of store.list('memory://')) t.fail(`${url} is left`);
  t.is(await digestOf(store, layout.at('nothing.tar')), undefined);
});

test('names of parts', (t) => {
  t.deepEqual([partName(7, 0, 0), partName(7, 1, 0), partName(7, 0, 2), partName(7, 12, 1), partName(123_456, 100, 0)], [
    '00007.tar', '00007-01.tar', '00007-a2.tar', '00007-12-a1.tar', '123456-100.tar',
  ]);
  for (const name of ['00007.tar', '00007-01.tar', '00007-a2.tar', '00007-12-a1.tar']) t.true(isPartOf(7, name), name);
  for (const name of ['00008.tar', '../00007.tar', '00007/../../x.tar', '00007.tar/x', '00007-1.tar', '000071.tar', '00007_stats.json', '', '00007.tar\n']) t.false(isPartOf(7, name), name);
});
