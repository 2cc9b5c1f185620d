import { leadingText, startsWith } from './sniff.js';

const kinds: readonly (readonly [description: string, text: string, offset?: number])[] = [
  ['a PDF document', '%PDF-'],
  ['a gzip file', '\x1F\x8B'],
  ['a zip file', 'PK\x03\x04'],
  ['a Matroska or WebM video', '\x1A\x45\xDF\xA3'],
  ['an Ogg file', 'OggS'],
  ['an MP3 file', 'ID3'],
  ['a Photoshop document', '8BPS'],
  ['an ICC colour profile', 'acsp', 36],
  ['a PNG whose signature is damaged, as by a transfer in text mode', '\x89PNG'],
  ['a PNG whose signature is damaged, as by a 7-bit transfer', '\tPNG'],
  ['an Adobe PostScript file', '%!PS'],
];

/**
 * What bytes that are no known picture look like, as the end of a sentence: `an HTML page`, `a PDF document`, `text`. A reason for people;
 * nothing decides by it.
 */
export function describeBytes(bytes: Uint8Array): string {
  for (const [description, text, offset] of kinds) if (startsWith(bytes, text, offset)) return description;
  if (startsWith(bytes, 'ftyp', 4)) return 'an ISO media file of another kind, probably a video';
  if (startsWith(bytes, 'RIFF')) return 'a RIFF file of another kind, probably sound or video';
  const text = leadingText(bytes);
  if (/^<(!doctype html|html|head|body|title|script|meta|div|p>|!--)/.test(text)) return 'an HTML page';
  if (text.startsWith('<')) return 'XML';
  if (text.startsWith('{') || text.startsWith('[')) return 'JSON';
  if (/^[\t\n\r\x20-\x7E\x80-\xFF]+$/.test(text)) return 'text';
  if (bytes.every((byte) => byte === 0)) return 'zeros';
  return `unknown, first bytes ${Buffer.from(bytes.subarray(0, 8)).toString('hex')}`;
}
