import { tarNumber } from './tarNumber.js';

export const BLOCK_BYTES = 512;

/** The fields of one 512-byte header block that matter for reading, before extension headers are applied. Names are raw bytes. */
export interface HeaderBlock {
  /** The type flag: '0', '5', 'x', ...; '0' also for the NUL of old V7 archives. */
  readonly flag: string;
  /** As stored: may be negative, unsafe or NaN. */
  readonly size: number;
  readonly name: Uint8Array;
  readonly linkName: Uint8Array;
}

const SLASH = 0x2f;

/** The bytes of a field up to its first NUL. */
export function untilNul(bytes: Uint8Array, start = 0, length = bytes.length): Uint8Array {
  const end = bytes.subarray(start, start + length).indexOf(0);
  return bytes.slice(start, start + (end < 0 ? length : end));
}

/** `name` without the slashes at its end. */
export function withoutSlashes(name: Uint8Array): Uint8Array {
  let end = name.length;
  while (end > 0 && name[end - 1] === SLASH) end--;
  return name.subarray(0, end);
}

/** Is every byte zero? */
export function isZero(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== 0) return false;
  return true;
}

/** Does the block's checksum hold? Both the unsigned sum (POSIX) and the signed one (old Sun tar) are accepted. */
export function checksumHolds(block: Uint8Array): boolean {
  const stored = tarNumber(block, 148, 8);
  let sum = 8 * 0x20; // the checksum field itself counts as spaces
  let high = 0;
  for (let i = 0; i < BLOCK_BYTES; i++) {
    if (i === 148) i = 156;
    const byte = block[i]!;
    sum += byte;
    high += byte >> 7;
  }
  return stored === sum || stored === sum - high * 256;
}

/** Does the block carry the `ustar` magic of POSIX or of GNU? */
export function hasMagic(block: Uint8Array): boolean {
  return Buffer.from(block.subarray(257, 262)).toString('latin1') === 'ustar';
}

/**
 * Take a header block whose checksum holds apart (POSIX.1-2017 pax, "ustar Interchange Format"; GNU tar's tar.h for the rest).
 *
 * The prefix field is used only under the POSIX magic `ustar\0`: GNU's old format keeps times and sparse maps there. star's variant (`tar\0`
 * at the end) has a shorter one.
 */
export function readHeaderBlock(block: Uint8Array): HeaderBlock {
  let flag = String.fromCharCode(block[156]!);
  let name = untilNul(block, 0, 100);
  if (flag === '\0') flag = name.at(-1) === SLASH ? '5' : '0'; // V7 has no directory type
  if (block[345] !== 0 && hasMagic(block) && block[262] === 0) {
    const star = block[508] === 0x74 && block[509] === 0x61 && block[510] === 0x72 && block[511] === 0;
    const prefix = untilNul(block, 345, star ? 131 : 155);
    name = Buffer.concat([prefix, Uint8Array.of(SLASH), name]);
  }
  return { flag, size: tarNumber(block, 124, 12), name, linkName: untilNul(block, 157, 100) };
}
