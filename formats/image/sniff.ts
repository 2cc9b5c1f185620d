/** What the first bytes of a file can say it is, among pictures. */
export type ImageFormat = DecodableImageFormat | 'heif' | 'tiff' | 'bmp' | 'jxl' | 'jp2' | 'ico' | 'svg';

/** The formats that `decodeImage` can decode. Everything else is recognised only to be refused by its name. */
export type DecodableImageFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif';

/** The formats that `decodeImage` decodes unless told otherwise. */
export const decodableImageFormats: readonly DecodableImageFormat[] = ['jpeg', 'png', 'webp', 'gif', 'avif'];

/** First bytes of each format, as latin-1 text, and the offset where they stand. */
const signatures: readonly (readonly [format: ImageFormat, text: string, offset?: number])[] = [
  ['jpeg', '\xFF\xD8\xFF'],
  ['png', '\x89PNG\r\n\x1A\n'],
  ['gif', 'GIF87a'],
  ['gif', 'GIF89a'],
  ['webp', 'WEBP', 8],
  ['tiff', 'II*\0'],
  ['tiff', 'MM\0*'],
  ['tiff', 'II+\0'],
  ['tiff', 'MM\0+'],
  ['jxl', '\xFF\x0A'],
  ['jxl', '\0\0\0\x0CJXL \r\n\x87\n'],
  ['jp2', '\0\0\0\x0CjP  \r\n\x87\n'],
  ['jp2', '\xFF\x4F\xFF\x51'],
  ['ico', '\0\0\x01\0'],
  ['ico', '\0\0\x02\0'],
];

/** Brands of ISO/IEC 23008-12 files whose pictures are not AV1. */
const heifBrands = new Set(['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'hevm', 'hevs', 'mif1', 'mif2', 'msf1', 'jpeg', 'jpgs', 'vvic']);

/**
 * The format of a picture by its magic bytes; names and media types are not looked at, because on the web they are often wrong.
 *
 * `avif` is a file whose `ftyp` box names avif or avis among its brands (AV1 Image File Format 1.1, section 6), `heif` one with another
 * still-picture brand. Undefined: not a picture that this function knows; {@link describeBytes} may know what it is.
 */
export function sniffImage(bytes: Uint8Array): ImageFormat | undefined {
  for (const [format, text, offset = 0] of signatures) {
    if (!startsWith(bytes, text, offset)) continue;
    if (format === 'webp' && !startsWith(bytes, 'RIFF')) continue;
    return format;
  }
  if (startsWith(bytes, 'BM') && isBmpHeader(bytes)) return 'bmp';
  if (startsWith(bytes, 'ftyp', 4)) return sniffBrands(bytes);
  return looksLikeSvg(bytes) ? 'svg' : undefined;
}

/** True when `text` (latin-1) stands at `offset` of `bytes`. */
export function startsWith(bytes: Uint8Array, text: string, offset = 0): boolean {
  if (bytes.length < offset + text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[offset + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** The first `length` bytes as lower-case text without a byte order mark and leading blanks. */
export function leadingText(bytes: Uint8Array, length = 1024): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(length, bytes.length)).toString('latin1').replace(/^(\xEF\xBB\xBF)?\s*/, '').toLowerCase();
}

function sniffBrands(bytes: Uint8Array): ImageFormat | undefined {
  const boxEnd = Math.min(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0), bytes.length, 256);
  const brands: string[] = [];
  for (let at = 8; at + 4 <= Math.max(boxEnd, 12) && at + 4 <= bytes.length; at += 4) {
    if (at !== 12) brands.push(String.fromCharCode(...bytes.subarray(at, at + 4)));
  }
  if (brands.some((brand) => brand === 'avif' || brand === 'avis')) return 'avif';
  return brands.some((brand) => heifBrands.has(brand)) ? 'heif' : undefined;
}

/** 'BM' alone begins many texts, so the size of the second header must be one that exists. */
function isBmpHeader(bytes: Uint8Array): boolean {
  return bytes.length >= 18 && [12, 16, 40, 52, 56, 64, 108, 124].includes(bytes[14]! + bytes[15]! * 256);
}

function looksLikeSvg(bytes: Uint8Array): boolean {
  const text = leadingText(bytes);
  return text.startsWith('<svg') || (text.startsWith('<') && !text.startsWith('<!doctype html') && !text.startsWith('<html') && text.includes('<svg'));
}
