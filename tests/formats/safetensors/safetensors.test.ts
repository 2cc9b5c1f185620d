import test from 'ava';
import * as fc from 'fast-check';
import { decodeSafetensors, encodeSafetensors, type SafeTensor } from '../../../formats/safetensors/safetensors.js';

const bytesOf = (tensors: ReadonlyMap<string, SafeTensor>, metadata: Record<string, string> = {}): Uint8Array => Buffer.concat([...encodeSafetensors({ tensors, metadata })]);

test('the file of the format: 8 bytes of length, the header, the values', (t) => {
  const bytes = Buffer.from(bytesOf(new Map([['a', { shape: [2], data: Float32Array.of(1, -2) }], ['b', { shape: [], data: Int32Array.of(7) }]]), { made: 'here' }));
  const length = Number(bytes.readBigUInt64LE(0));
  t.is(length % 8, 0);
  t.deepEqual(JSON.parse(bytes.toString('utf8', 8, 8 + length)), {
    __metadata__: { made: 'here' }, a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] }, b: { dtype: 'I32', shape: [], data_offsets: [8, 12] },
  });
  t.is(bytes.length, 8 + length + 12);
  t.is(bytes.readFloatLE(8 + length + 4), -2);
  t.is(bytes.readInt32LE(8 + length + 8), 7);
});

test('what was written is read', (t) => {
  const data = fc.oneof(
    fc.array(fc.float()).map((values) => Float32Array.from(values)),
    fc.array(fc.integer()).map((values) => Int32Array.from(values)),
    fc.uint8Array(),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.string().filter((name) => name !== '__metadata__' && name !== '__proto__'), data), fc.dictionary(fc.string().filter((name) => name !== '__proto__'), fc.string()), (arrays, metadata) => {
      const tensors = new Map(Object.entries(arrays).map(([name, values]) => [name, { shape: [values.length], data: values }]));
      const read = decodeSafetensors(bytesOf(tensors, { ...metadata }));
      t.deepEqual(new Map(read.tensors), tensors);
      t.deepEqual({ ...read.metadata }, { ...metadata });
    }),
  );
});

test('a shape that the values do not have is refused', (t) => {
  t.throws(() => bytesOf(new Map([['a', { shape: [2, 2], data: Float32Array.of(1) }]])), { instanceOf: RangeError, message: /a has the shape \[2, 2\] and 1 values/ });
});

test('a damaged file is refused with what is wrong', (t) => {
  const whole = bytesOf(new Map([['a', { shape: [2], data: Float32Array.of(1, 2) }]]));
  t.throws(() => decodeSafetensors(whole.subarray(0, 5)), { message: /5 bytes/ });
  t.throws(() => decodeSafetensors(whole.subarray(0, 20)), { message: /header of/ });
  t.throws(() => decodeSafetensors(whole.subarray(0, whole.length - 1)), { message: /a of shape \[2\] needs 8 bytes/ });
  const header = (text: string): Uint8Array => {
    const bytes = Buffer.alloc(8 + text.length);
    bytes.writeBigUInt64LE(BigInt(text.length));
    bytes.write(text, 8);
    return bytes;
  };
  t.throws(() => decodeSafetensors(header('nonsense')), { message: /no JSON/ });
  t.throws(() => decodeSafetensors(header('{"a":{"dtype":"F64","shape":[],"data_offsets":[0,8]}}')), { message: /a is of type F64/ });
  t.throws(() => decodeSafetensors(header('{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,8]}}')), { message: /no shape/ });
});
