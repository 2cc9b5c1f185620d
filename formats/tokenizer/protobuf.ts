import { TokenizerError } from './tokenizerError.js';

/** One field of a message. A varint as a signed 32-bit integer, a fixed32 as the float that it is in SentencePiece's models, or bytes, which are a view. */
export interface WireField {
  readonly field: number;
  readonly value: number | Uint8Array;
}

/**
 * The fields of one protocol buffers message in the order of the file; fixed64 fields are passed over. Only what SentencePiece models need: no groups, and
 * of a varint the low 32 bits.
 *
 * @throws TokenizerError where the bytes are no message
 */
export function* protobuf(bytes: Uint8Array): Generator<WireField, void, undefined> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const broken = (what: string): never => {
    throw new TokenizerError(`no protocol buffers message: ${what} at byte ${at}`);
  };
  const need = (count: number): void => {
    if (count < 0 || at + count > bytes.length) broken(`${count} bytes wanted, ${bytes.length - at} are left`);
  };
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      need(1);
      const byte = bytes[at++]!;
      if (shift < 32) value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
    return broken('a number without end');
  };
  while (at < bytes.length) {
    const tag = varint();
    const field = tag >>> 3;
    const wire = tag & 7;
    if (field === 0) broken('field 0');
    if (wire === 0) yield { field, value: varint() };
    else if (wire === 1) {
      need(8);
      at += 8;
    } else if (wire === 2) {
      const length = varint();
      need(length);
      at += length;
      yield { field, value: bytes.subarray(at - length, at) };
    } else if (wire === 5) {
      need(4);
      at += 4;
      yield { field, value: view.getFloat32(at - 4, true) };
    } else broken(`wire type ${wire}`);
  }
}
