import test from 'ava';
import { bytes, chooseFile, json, optional, utf8, type Encoded, type FieldCodec } from '../../formats/fields.js';
import { SampleFault } from '../../kernels/sampleFault.js';

const file = (content: string | readonly number[], extension = 'txt'): Encoded => ({ data: new Uint8Array(typeof content === 'string' ? Buffer.from(content) : content), extension });
const fault = (code: string, message: string | RegExp) => ({ instanceOf: SampleFault, code, message });

test('bytes stay untouched, with their extension', (t) => {
  const image = bytes('jpg', 'png', 'image.*');
  const encoded = file([0, 255, 1], 'png');
  t.is(image.decode(encoded), encoded);
  t.is(image.encode(encoded), encoded);
  t.deepEqual(image.options, { kind: 'bytes', extensions: ['jpg', 'png', 'image.*'] });
});

test('UTF-8 comes back byte for byte: no normalisation, a BOM and NULs stay', (t) => {
  const text = utf8('txt');
  for (const content of ['', 'héllo', 'e\u0301', '\ufeffbom', 'a\0b', '🐌', 'line\r\nline']) {
    const encoded = file(content);
    t.is(text.decode(encoded), content);
    t.deepEqual(text.encode(content), encoded);
  }
});

test('bytes that are not UTF-8 are refused', (t) => {
  for (const wrong of [[0xff], [0x61, 0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80]]) {
    t.throws(() => utf8('txt').decode(file(wrong)), fault('text-not-utf8', '.txt is not UTF-8'));
    t.throws(() => json('json').decode(file(wrong)), fault('text-not-utf8', '.json is not UTF-8'));
  }
});

test('texts over the limit are refused, in bytes', (t) => {
  const text = utf8('caption', { maxBytes: 4 });
  t.is(text.decode(file('abcd')), 'abcd');
  t.throws(() => text.decode(file('abcde')), fault('text-too-long', '.caption has 5 bytes, the limit is 4'));
  t.throws(() => text.decode(file('éé!')), fault('text-too-long', '.caption has 5 bytes, the limit is 4'));
  t.throws(() => json('json', { maxBytes: 4 }).decode(file('[1,2]')), fault('text-too-long', '.json has 5 bytes, the limit is 4'));
  t.is(utf8('txt').decode(file('x'.repeat(2 ** 20))).length, 2 ** 20, 'the default is 1 MiB');
  t.throws(() => utf8('txt').decode(file('x'.repeat(2 ** 20 + 1))), fault('text-too-long', /limit is 1048576/));
});

test('JSON: read as it is, written with an indent of 1 and a newline', (t) => {
  const codec = json<{ a: number[] }>('json');
  t.deepEqual(codec.decode(file('{"a":[1,2]}')), { a: [1, 2] });
  t.is(Buffer.from(codec.encode({ a: [1] }).data).toString(), '{\n "a": [\n  1\n ]\n}\n');
  t.is(codec.encode({ a: [] }).extension, 'json');
  for (const wrong of ['', '{', '{"a":}', 'NaN', "{'a':1}", '[1,]', '\ufeff{}']) t.throws(() => codec.decode(file(wrong)), fault('json-invalid', /^\.json is not JSON: /));
});

test('a JSON depth bomb is refused before it overflows the stack; brackets in strings do not count', (t) => {
  const codec = json('json');
  t.notThrows(() => codec.decode(file(`${'['.repeat(64)}${']'.repeat(64)}`)));
  t.throws(() => codec.decode(file(`${'['.repeat(65)}${']'.repeat(65)}`)), fault('json-too-deep', 'JSON nested deeper than 64'));
  for (const bomb of ['['.repeat(5_000_000), '{"a":'.repeat(2_000_000)]) t.throws(() => codec.decode(file(bomb)), fault('json-too-deep', /64/));
  t.throws(() => json('json', { maxDepth: 2 }).decode(file('[{"a":[1]}]')), fault('json-too-deep', 'JSON nested deeper than 2'));
  t.is(codec.decode(file(JSON.stringify('['.repeat(1000)))), '['.repeat(1000));
  t.is(codec.decode(file(JSON.stringify(`"\\${'{'.repeat(1000)}`))), `"\\${'{'.repeat(1000)}`);
  t.deepEqual(codec.decode(file('[[],[],[]]'.repeat(1))), [[], [], []], 'side by side is not deep');
});

test('names that change prototypes stay plain data', (t) => {
  const value = json<Record<string, unknown>>('json').decode(file('{"__proto__": {"polluted": 1}, "constructor": 2}'));
  t.is(({} as Record<string, unknown>).polluted, undefined);
  t.deepEqual(Object.keys(value), ['__proto__', 'constructor']);
});

test('an optional field reads like its own and has no bytes when it is absent', (t) => {
  const text = optional(utf8('txt'));
  t.true(text.optional);
  t.is(text.decode(file('x')), 'x');
  t.deepEqual(text.encode('x'), file('x'));
  t.throws(() => text.encode(undefined), { instanceOf: TypeError });
  t.false((utf8('txt') as FieldCodec<string>).optional);
});

const choose = (extensions: readonly string[], ...files: string[]): string | undefined => chooseFile(files.map((extension) => ({ extension })), extensions)?.extension;

test('chooseFile: the first preference that is there; `prefix.*` matches what follows the prefix', (t) => {
  t.is(choose(['jpg', 'png'], 'txt', 'png', 'jpg'), 'jpg', 'by preference, not by place');
  t.is(choose(['jpg', 'png'], 'txt', 'png'), 'png');
  t.is(choose(['jpg'], 'txt', 'seg.jpg'), undefined, 'the whole extension');
  t.is(choose(['image.*'], 'image.png'), 'image.png');
  t.is(choose(['image.*'], 'image', 'images.png', 'my.image.png'), undefined);
  t.is(choose(['image.*', 'jpg'], 'jpg', 'image.webp'), 'image.webp');
  t.is(choose(['image.jpg', 'image.*'], 'image.a', 'image.jpg'), 'image.jpg');
  t.is(choose(['image.*'], 'image.b', 'image.a'), 'image.b', 'the first in the shard');
  t.is(choose([], 'jpg'), undefined);
});

test('extensions are lower case and without a leading dot', (t) => {
  t.throws(() => bytes(), { instanceOf: TypeError, message: 'bytes: name at least one extension' });
  for (const wrong of ['.jpg', 'JPG', '', '*', '*.png', 'a..b', 'jpg ', '../x', 'a.*.b']) {
    t.throws(() => bytes(wrong), { instanceOf: TypeError, message: /an extension is lower case and without its leading dot, such as jpg, seg\.png or image\.\*, got "/ }, wrong);
  }
  for (const right of ['jpg', 'seg.png', 'image.*', 'tar-index', '0', 'a_b']) t.notThrows(() => bytes(right));
});
