import test from 'ava';
import { describeBytes } from '../../../formats/image/describeBytes.js';
import { sniffImage } from '../../../formats/image/sniff.js';
import { encodedSamples } from './samples.js';

const latin1 = (text: string) => Buffer.from(text.padEnd(40, '\0'), 'latin1');

test('what sharp writes is what sniffImage sees', async (t) => {
  for (const [name, bytes] of Object.entries(await encodedSamples())) t.is(sniffImage(bytes), name.split(' ').at(-1) as never, name);
});

test('magic bytes of formats that are recognised to be refused', (t) => {
  const cases: [string, string][] = [
    ['\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'heif'],
    ['\0\0\0\x18ftypmif1\0\0\0\0mif1miaf', 'heif'],
    ['II*\0', 'tiff'],
    ['MM\0*', 'tiff'],
    ['BM\0\0\0\0\0\0\0\0\0\0\0\0\x28\0\0\0', 'bmp'],
    ['\xFF\x0A', 'jxl'],
    ['\0\0\0\x0CJXL \r\n\x87\n', 'jxl'],
    ['\0\0\0\x0CjP  \r\n\x87\n', 'jp2'],
    ['\0\0\x01\0', 'ico'],
    ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'svg'],
    ['\xEF\xBB\xBF <?xml version="1.0"?>\n<!-- hi --><svg>', 'svg'],
  ];
  for (const [bytes, format] of cases) t.is(sniffImage(latin1(bytes)), format as never, JSON.stringify(bytes));
});

test('an ftyp box with avif among its brands is avif, whatever the major brand', (t) => {
  t.is(sniffImage(latin1('\0\0\0\x1Cftypmif1\0\0\0\0mif1avifmiaf')), 'avif');
  t.is(sniffImage(latin1('\0\0\0\x18ftypavis\0\0\0\0msf1')), 'avif');
  t.is(sniffImage(latin1('\0\0\0\x18ftypisom\0\0\0\0isomavif')), 'avif');
  // The minor version is not a brand.
  t.is(sniffImage(latin1('\0\0\0\x14ftypisomavifmp42')), undefined);
});

test('what is no picture is described', (t) => {
  const cases: [string, RegExp][] = [
    ['<!DOCTYPE html><html><body><svg></svg>', /HTML/],
    ['  <html>', /HTML/],
    ['%PDF-1.4', /PDF/],
    ['PK\x03\x04', /zip/],
    ['{"error": 404}', /JSON/],
    ['\0\0\0\x18ftypisom\0\0\0\0isommp42', /video/],
    ['\x89PNG\n\x1A\n', /PNG whose signature is damaged/],
    ['\x01\x02\x03', /unknown, first bytes 010203/],
    ['', /zeros/],
  ];
  for (const [bytes, description] of cases) {
    t.is(sniffImage(latin1(bytes)), undefined, JSON.stringify(bytes));
    t.regex(describeBytes(latin1(bytes)), description);
  }
  t.regex(describeBytes(Buffer.from('Not found')), /^text$/);
});

test('nothing is read beyond the bytes', (t) => {
  for (const text of ['\xFF\xD8\xFF', '\x89PNG\r\n\x1A\n', 'RIFFxxxxWEBP', 'GIF89a', '\0\0\0\x18ftypavif', '<svg', 'BM']) {
    for (let length = 0; length < text.length; length++) t.notThrows(() => sniffImage(Buffer.from(text.slice(0, length), 'latin1')));
  }
});
