import { ParseError, type ParseErrorKind } from './parseError.js';
import { pythonString } from './pythonString.js';

/** A Python literal. Lists and tuples are arrays, `None` is null; integers and floats are numbers alike. */
export type Literal = null | boolean | number | string | readonly Literal[] | ReadonlyMap<Literal, Literal>;

/** One operation as it is written. */
export interface Call {
  /** `resize`, `a.b.c`. */
  readonly name: string;
  readonly args: readonly Literal[];
  readonly named: ReadonlyMap<string, Literal>;
}

const CONSTANTS: ReadonlyMap<string, Literal> = new Map<string, Literal>([['None', null], ['True', true], ['False', false]]);
const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const IDENTIFIER = /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Nd}\p{Mn}_]*/u;
const NUMBER = /^(?:0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*)?\.?(?:\d(?:_?\d)*)?(?:[eE][+-]?\d(?:_?\d)*)?)/;

/**
 * A name, a dotted name, or a call whose arguments are Python literals: what big_vision's `registry.parse_name` takes (specs/vision-language.md 1.1).
 * No arithmetic, no names, no calls inside; of literals, no bytes, sets, complex numbers and `...`. Blanks after it are passed over, before it refused.
 *
 * @throws ParseError with what Python raises in its place
 */
export function pythonCall(text: string): Call {
  return new Reader(text).call();
}

class Reader {
  #at = 0;

  constructor(readonly text: string) {}

  call(): Call {
    if (/^\s/.test(this.text)) this.#fail('indentation', 'blanks before the operation; begin right behind the `|`', 0);
    if (this.text === '') this.#fail('syntax', 'nothing here', 0);
    const name = this.#dottedName();
    this.#skip();
    const call = { name, args: [] as Literal[], named: new Map<string, Literal>() };
    if (this.#peek() === '(') this.#arguments(call);
    this.#skip();
    if (this.#at < this.text.length) this.#fail('not-a-call', `${JSON.stringify(this.text.slice(this.#at))} behind the operation`);
    return call;
  }

  #dottedName(): string {
    const parts = [this.#identifier()];
    if (parts[0] === undefined || CONSTANTS.has(parts[0]) || this.#isString()) this.#fail('not-a-call', 'an operation is a name, or a name with arguments such as resize(224)', 0);
    while (this.#peek() === '.') {
      this.#at += 1;
      parts.push(this.#identifier() ?? this.#fail('syntax', 'a name must follow the dot'));
    }
    return parts.join('.');
  }

  #arguments({ args, named }: { args: Literal[]; named: Map<string, Literal> }): void {
    const open = this.#at;
    this.#at += 1;
    while (!this.#ended(')', open)) {
      const begin = this.#at;
      const keyword = /^([\p{L}_][\p{L}\p{Nd}_]*)\s*=(?!=)/u.exec(this.text.slice(this.#at));
      if (keyword === null) {
        if (named.size > 0) this.#fail('syntax', 'an argument without a name behind one with a name');
        args.push(this.#literal());
      } else {
        const name = keyword[1] as string;
        if (CONSTANTS.has(name)) this.#fail('syntax', `${name} cannot be the name of an argument`, begin);
        if (named.has(name)) this.#fail('syntax', `the argument \`${name}\` stands twice`, begin);
        this.#at += keyword[0].length;
        this.#skip();
        named.set(name, this.#literal());
      }
      this.#separator(')');
    }
  }

  #literal(): Literal {
    const begin = this.#at;
    const character = this.#peek();
    let value: Literal;
    if (character === '(' || character === '[') value = this.#list(character);
    else if (character === '{') value = this.#dict();
    else if (this.#isString()) value = this.#strings();
    else if (character === '-' || character === '+') value = this.#signed(character);
    else if (/[\d.]/.test(character)) value = this.#number();
    else {
      const word = this.#identifier();
      if (word === undefined) return this.#fail(character === '*' ? 'not-a-literal' : 'syntax', character === '' ? 'an argument is missing' : `an argument cannot begin with ${JSON.stringify(character)}`);
      const constant = CONSTANTS.get(word);
      if (constant === undefined) return this.#fail('not-a-literal', `\`${word}\` is a name: arguments are numbers, quoted strings, lists, tuples, dicts, True, False or None`, begin);
      value = constant;
    }
    this.#skip();
    if (/^(?:[-+*/%@&^<>=!]|(?:if|and|or|in|is|not|for)\b)/.test(this.text.slice(this.#at))) this.#fail('not-a-literal', `${this.#peek()}: arguments are written out; nothing is computed`);
    return value;
  }

  #list(open: string): Literal {
    const begin = this.#at;
    const entries: Literal[] = [];
    let commas = 0;
    this.#at += 1;
    while (!this.#ended(CLOSING[open] as string, begin)) {
      entries.push(this.#literal());
      if (this.#separator(CLOSING[open] as string)) commas += 1;
    }
    // (8) is 8; (8,) is a tuple.
    return open === '(' && entries.length === 1 && commas === 0 ? (entries[0] as Literal) : entries;
  }

  #dict(): Literal {
    const begin = this.#at;
    const entries = new Map<Literal, Literal>();
    this.#at += 1;
    while (!this.#ended('}', begin)) {
      const key = this.#literal();
      if (this.#peek() !== ':') this.#fail('not-a-literal', 'a dict is written {key: value}; sets are not known here');
      if (typeof key === 'object' && key !== null) this.#fail('not-a-literal', 'a key of a dict must be a string, a number or a constant', begin);
      this.#at += 1;
      this.#skip();
      entries.set(key, this.#literal());
      this.#separator('}');
    }
    return entries;
  }

  #strings(): string {
    let value = '';
    while (this.#isString()) {
      const part = pythonString(this.text, this.#at);
      value += part.value;
      this.#at = part.end;
      this.#skip();
    }
    return value;
  }

  #signed(sign: string): number {
    this.#at += 1;
    this.#skip();
    if (!/[\d.]/.test(this.#peek())) return this.#fail('not-a-literal', `a number must follow the ${sign}`);
    const value = this.#number();
    return sign === '-' ? 0 - value : value;
  }

  #number(): number {
    const begin = this.#at;
    const [digits = ''] = NUMBER.exec(this.text.slice(begin)) ?? [];
    const rest = this.text.slice(begin + digits.length);
    if (digits === '.' || digits === '' || /^0[\d_]*[1-9]\d*$/.test(digits)) return this.#fail('syntax', `${JSON.stringify(this.text.slice(begin, begin + Math.max(1, digits.length)))} is no number`);
    if (/^[jJ]/.test(rest)) return this.#fail('not-a-literal', 'complex numbers are not known here');
    if (/^[\p{L}\d_]/u.test(rest)) return this.#fail('syntax', `${JSON.stringify(rest[0])} in a number`, begin + digits.length);
    this.#at += digits.length;
    const value = Number(digits.replaceAll('_', ''));
    if (/^\d+$|^0[xob]/i.test(digits.replaceAll('_', '')) && !Number.isSafeInteger(value)) return this.#fail('not-a-literal', `${digits} is beyond the integers that are exact here (2^53)`, begin);
    return value;
  }

  #identifier(): string | undefined {
    const [word] = IDENTIFIER.exec(this.text.slice(this.#at)) ?? [];
    this.#at += word?.length ?? 0;
    return word;
  }

  #isString(): boolean {
    return /^[A-Za-z]{0,2}["']/.test(this.text.slice(this.#at));
  }

  /** At the closing bracket, which is then passed? */
  #ended(close: string, open: number): boolean {
    this.#skip();
    if (this.#at >= this.text.length) this.#fail('syntax', `${JSON.stringify(this.text[open])} is not closed`, open);
    if (this.#peek() !== close) return false;
    this.#at += 1;
    return true;
  }

  /** Past the comma, which may only be missing before the closing bracket. */
  #separator(close: string): boolean {
    this.#skip();
    const next = this.#peek();
    if (next === ',') this.#at += 1;
    else if (next !== close && next !== '') this.#fail('syntax', `a comma or ${JSON.stringify(close)} is missing before ${JSON.stringify(next)}`);
    return next === ',';
  }

  #skip(): void {
    while (/\s/.test(this.#peek())) this.#at += 1;
  }

  #peek(): string {
    return this.text[this.#at] ?? '';
  }

  #fail(kind: ParseErrorKind, message: string, at = this.#at): never {
    throw new ParseError(kind, message, at + 1);
  }
}
