import { ParseError } from './parseError.js';

const SINGLE: Readonly<Record<string, string>> = { '\\': '\\', "'": "'", '"': '"', a: '\u0007', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\n': '' };
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/**
 * The Python string literal that begins at `at` (a prefix r or u, one or three quotes of either kind, all escapes but `\N{...}`), and where it ends.
 * Bytes and f-strings are refused.
 *
 * @throws ParseError
 */
export function pythonString(text: string, at: number): { readonly value: string; readonly end: number } {
  const [opening = '', prefix = '', quote = ''] = /^([A-Za-z]*)("""|'''|"|')/.exec(text.slice(at)) ?? [];
  if (!/^[rRuU]?$/.test(prefix)) throw new ParseError('not-a-literal', `a string with the prefix ${prefix}: only plain strings (and r'...') can be arguments`, at + 1);
  const raw = /^[rR]$/.test(prefix);
  let value = '';
  for (let i = at + opening.length; i < text.length; ) {
    if (text.startsWith(quote, i)) return { value, end: i + quote.length };
    const character = text[i] as string;
    if (character === '\n' && quote.length === 1) break;
    if (character !== '\\') {
      value += character;
      i += 1;
    } else if (raw) {
      value += text.slice(i, i + 2);
      i += 2;
    } else {
      const escape = escapeAt(text, i);
      value += escape.value;
      i += escape.length;
    }
  }
  throw new ParseError('syntax', 'a string that does not end', at + 1);
}

function escapeAt(text: string, at: number): { readonly value: string; readonly length: number } {
  const letter = text[at + 1] ?? '';
  if (letter in SINGLE) return { value: SINGLE[letter] as string, length: 2 };
  const digits = HEX_DIGITS[letter];
  if (digits !== undefined) {
    const hex = text.slice(at + 2, at + 2 + digits);
    const code = Number.parseInt(hex, 16);
    if (hex.length !== digits || !/^[\da-fA-F]+$/.test(hex) || code > 0x10ffff) throw new ParseError('syntax', `the escape \\${letter} needs ${digits} hexadecimal digits of a character`, at + 1);
    return { value: String.fromCodePoint(code), length: 2 + digits };
  }
  if (letter === 'N') throw new ParseError('syntax', 'characters by name (\\N{...}) are not known here; write the character or its \\u code', at + 1);
  const [octal] = /^[0-7]{1,3}/.exec(text.slice(at + 1)) ?? [];
  // An escape that Python does not know stands for itself, backslash included.
  return octal === undefined ? { value: `\\${letter}`, length: 1 + letter.length } : { value: String.fromCharCode(Number.parseInt(octal, 8)), length: 1 + octal.length };
}
