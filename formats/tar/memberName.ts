const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A member's name as text. */
export interface MemberName {
  /** Decoded as UTF-8; where `isUtf8` is false, each byte from 0x80 up as `\xNN`, so that different names stay different. */
  readonly text: string;
  readonly isUtf8: boolean;
}

/**
 * Decode the bytes of a name. Tar names carry no encoding; ustar and pax writers of today write UTF-8. A replacement character would make one
 * key of two, so bytes that are not UTF-8 are shown escaped and flagged instead.
 */
export function memberName(bytes: Uint8Array): MemberName {
  try {
    return { text: utf8.decode(bytes), isUtf8: true };
  } catch {
    const text = Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16)}`)).join('');
    return { text, isUtf8: false };
  }
}
