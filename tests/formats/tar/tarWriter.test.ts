import test from 'ava';
import * as fc from 'fast-check';
import { extract } from 'tar-stream';
import { tarEnd, tarHeader, tarMember, tarPadding } from '../../../formats/tar/tarWriter.js';
import { archive, concat, read, textOf } from './archives.js';

const segment = fc.array(fc.constantFrom(...'aZ09_é漢😀 -'), { minLength: 1, maxLength: 60 }).map((letters) => letters.join(''));
const path = fc.array(segment, { minLength: 1, maxLength: 6 }).map((segments) => `${segments.join('/')}.x`);
const entries = fc.array(fc.tuple(path, fc.uint8Array({ maxLength: 1200 })), { maxLength: 5 });

test('writer -> reader', async (t) => {
  await fc.assert(
    fc.asyncProperty(entries, async (files) => {
      const { members, fault } = await read(archive(files), {}, [999]);
      t.is(fault, undefined);
      t.deepEqual(members.map(({ name, data }) => [name, data]), files.map(([name, data]) => [name, data]));
    }),
    { numRuns: 80 },
  );
});

test('writer -> tar-stream', async (t) => {
  await fc.assert(
    fc.asyncProperty(entries, async (files) => {
      const stream = extract();
      stream.end(Buffer.from(archive(files)));
      const found: [string, Uint8Array][] = [];
      for await (const entry of stream) {
        const parts: Buffer[] = [];
        for await (const part of entry) parts.push(part as Buffer);
        found.push([entry.header.name, concat(...parts)]);
        t.like(entry.header, { type: 'file', mode: 0o644, uid: 0, gid: 0, uname: '', gname: '' });
        t.is(entry.header.mtime?.getTime(), 0);
      }
      t.deepEqual(found, files.map(([name, data]) => [name, data]));
    }),
    { numRuns: 40 },
  );
});

test('the bytes of a header', (t) => {
  const text = textOf(tarHeader('d/a.jpg', 150)).replace(/\0+/g, '|');
  t.is(text, 'd/a.jpg|0000644|0000000|0000000|00000000226|00000000000|010352| 0|ustar|00|0000000|0000000|');
  t.deepEqual(tarHeader('d/a.jpg', 150), tarHeader('d/a.jpg', 150));
  t.is(textOf(tarHeader('a', 0, { mode: 0o600, mtime: 8 })).slice(100, 148).replace(/\0/g, ' '), '0000600 0000000 0000000 00000000000 00000000010 ');
});

const blocks = (name: string, size = 0): number => tarHeader(name, size).length / 512;

test('ustar while the name fits, pax beyond', (t) => {
  t.is(blocks('a'.repeat(100)), 1);
  t.is(blocks('a'.repeat(101)), 3);
  t.is(blocks(`${'d'.repeat(155)}/${'a'.repeat(100)}`), 1);
  t.is(blocks(`${'d'.repeat(156)}/${'a'.repeat(100)}`), 3);
  t.is(blocks(`${'d'.repeat(100)}/${'a'.repeat(101)}`), 3);
  t.is(blocks('é'), 3);
  t.is(blocks('a', 8 ** 11 - 1), 1);
  t.is(blocks('a', 8 ** 11), 3);
});

test('sizes from 8 GiB come back', async (t) => {
  const { fault } = await read(tarHeader('big.bin', 8 ** 11), { data: false });
  t.regex(fault!.message, /0 of 8589934592 bytes/);
});

test('a member is header, the data itself, padding', (t) => {
  const data = new Uint8Array(700);
  const parts = tarMember('a', data);
  t.is(parts[1], data);
  t.deepEqual(parts.map(({ length }) => length), [512, 700, 324]);
  t.deepEqual(tarMember('a', new Uint8Array(512)).map(({ length }) => length), [512, 512]);
  t.deepEqual(tarMember('a', new Uint8Array(0)).map(({ length }) => length), [512]);
  t.is(tarPadding(1).length, 511);
  t.deepEqual(tarEnd(), new Uint8Array(1024));
});

test('unsafe names and numbers out of range are refused', (t) => {
  for (const name of ['', '../a', '/a', 'C:a', 'a\0b', 'a/']) t.throws(() => tarMember(name, new Uint8Array(1)), { name: 'SampleFault', code: 'key-unsafe' } as never, name);
  t.throws(() => tarHeader('a', -1), { message: /`size` must be an integer from 0 to \d+, got -1/ });
  t.throws(() => tarHeader('a', 0, { mode: 0o10000 }), { message: /`mode`/ });
  t.throws(() => tarHeader('a', 0, { mtime: NaN }), { message: /`mtime`/ });
});
