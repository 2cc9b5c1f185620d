import test from 'ava';
import { protobuf } from '../../../formats/tokenizer/protobuf.js';
import { TokenizerError } from '../../../formats/tokenizer/tokenizerError.js';

const fieldsOf = (...bytes: readonly number[]): unknown[] => [...protobuf(Uint8Array.from(bytes))];

test('varints as signed 32 bits, floats, bytes; fixed64 is passed over', (t) => {
  t.deepEqual(fieldsOf(0x08, 0x96, 0x01), [{ field: 1, value: 150 }]);
  t.deepEqual(fieldsOf(0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01), [{ field: 1, value: -1 }]);
  t.deepEqual(fieldsOf(0x15, 0, 0, 0xc0, 0xbf), [{ field: 2, value: -1.5 }]);
  t.deepEqual(fieldsOf(0x1a, 2, 7, 8, 0x09, 1, 2, 3, 4, 5, 6, 7, 8), [{ field: 3, value: Uint8Array.of(7, 8) }]);
  t.deepEqual(fieldsOf(), []);
});

test('what is no message is an error that says where', (t) => {
  const refused = (bytes: readonly number[], message: RegExp): unknown => t.throws(() => fieldsOf(...bytes), { instanceOf: TokenizerError, message });
  refused([0x08], /1 bytes wanted, 0 are left at byte 1/);
  refused([0x0a, 5, 1], /5 bytes wanted, 1 are left at byte 2/);
  refused([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f], /bytes wanted/);
  refused([0x0b], /wire type 3/);
  refused([0x00, 1], /field 0/);
  refused([0x08, ...Array.from({ length: 11 }, () => 0xff)], /a number without end/);
});
