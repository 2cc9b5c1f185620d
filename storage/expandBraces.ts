import { StoreError } from './objectStore.js';

/** More results than this are refused: a slip such as `{0..9999999999}` must not fill the memory. */
const MAX_RESULTS = 1_000_000;

/** A place where the pattern branches, or text. */
type Piece = string | { readonly branches: readonly (readonly Piece[])[] } | Range;

interface Range {
  readonly from: number;
  readonly step: number;
  readonly count: number;
  readonly spell: (value: number) => string;
}

/**
 * The names that a pattern with braces means, in order, after bash(1) "Brace Expansion":
 * `{a,b,c}`, nested; `{000000..012345}` with zero padding, also descending, with a step `{0..8..2}`, and of letters `{a..e}`.
 * What is no such form stays as it is (`{}`, `{x}`, an open `{`), and so does `${NAME}`, which is not expanded.
 * @throws StoreError `bad-url` for more than 1,000,000 results
 */
export function expandBraces(pattern: string): string[] {
  const pieces = parse(pattern);
  const count = countOf(pieces);
  if (count > MAX_RESULTS) throw new StoreError('bad-url', pattern, `${pattern} means ${count} names, more than the limit of ${MAX_RESULTS}; check the ranges`);
  return namesOf(pieces);
}

/** Whether `expandBraces` gives anything else than the pattern. */
export function hasBraces(pattern: string): boolean {
  return parse(pattern).some((piece) => typeof piece !== 'string');
}

function parse(text: string): Piece[] {
  const pieces: Piece[] = [];
  let plain = '';
  for (let at = 0; at < text.length; ) {
    const close = text[at] === '{' ? closing(text, at) : -1;
    const isVariable = close > 0 && text[at - 1] === '$';
    const piece = close < 0 || isVariable ? undefined : branch(text.slice(at + 1, close));
    if (piece === undefined) {
      const next = isVariable ? close + 1 : at + 1;
      plain += text.slice(at, next);
      at = next;
      continue;
    }
    pieces.push(plain, piece);
    plain = '';
    at = close + 1;
  }
  pieces.push(plain);
  return pieces.filter((piece) => piece !== '');
}

/** The index of the brace that closes the one at `open`, or -1. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}

function branch(inside: string): Exclude<Piece, string> | undefined {
  const parts = splitAtCommas(inside);
  return parts.length > 1 ? { branches: parts.map(parse) } : range(inside);
}

/** Splits at the commas that are in no inner brace. */
function splitAtCommas(text: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0, depth = 0; at <= text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}') depth -= 1;
    if (at === text.length || (text[at] === ',' && depth === 0)) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return parts;
}

function range(text: string): Range | undefined {
  const match = /^(?:(-?\d{1,15})\.\.(-?\d{1,15})|([a-zA-Z])\.\.([a-zA-Z]))(?:\.\.(-?\d{1,15}))?$/.exec(text);
  if (match === null) return undefined;
  const [, first, last, firstLetter, lastLetter, stepText] = match;
  const from = first === undefined ? firstLetter!.charCodeAt(0) : Number(first);
  const to = last === undefined ? lastLetter!.charCodeAt(0) : Number(last);
  const stride = Math.abs(Number(stepText ?? 1)) || 1;
  const isPadded = [first, last].some((number) => number !== undefined && /^-?0\d/.test(number));
  const width = isPadded ? Math.max(first!.length, last!.length) : 0;
  const pad = (value: number) => (value < 0 ? `-${String(-value).padStart(width - 1, '0')}` : String(value).padStart(width, '0'));
  return {
    from,
    step: to < from ? -stride : stride,
    count: Math.floor(Math.abs(to - from) / stride) + 1,
    spell: first === undefined ? (value) => String.fromCharCode(value) : pad,
  };
}

function countOf(pieces: readonly Piece[]): number {
  return pieces.reduce((product, piece) => {
    if (typeof piece === 'string') return product;
    return product * ('count' in piece ? piece.count : piece.branches.reduce((sum, inner) => sum + countOf(inner), 0));
  }, 1);
}

function namesOf(pieces: readonly Piece[]): string[] {
  return pieces.reduce<string[]>((names, piece) => {
    const endings = endingsOf(piece);
    return names.flatMap((name) => endings.map((ending) => name + ending));
  }, ['']);
}

function endingsOf(piece: Piece): readonly string[] {
  if (typeof piece === 'string') return [piece];
  if ('count' in piece) return Array.from({ length: piece.count }, (_, index) => piece.spell(piece.from + index * piece.step));
  return piece.branches.flatMap(namesOf);
}
