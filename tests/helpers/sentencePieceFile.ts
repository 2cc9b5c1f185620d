/** A piece, its score, and its type by the numbers of the file: 1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte. */
export type PieceSpec = readonly [piece: string, score: number, type: number];

/** A SentencePiece model as `sentencePieceFile` writes it; what is left out is left out of the file. */
export interface SentencePieceSpec {
  readonly type?: 'unigram' | 'bpe' | 'word' | 'char';
  readonly pieces: readonly PieceSpec[];
  readonly byteFallback?: boolean;
  readonly whitespaceAsSuffix?: boolean;
  readonly addDummyPrefix?: boolean;
  readonly removeExtraWhitespaces?: boolean;
  readonly escapeWhitespaces?: boolean;
  readonly charsmap?: Uint8Array;
  /** Names of the special pieces, where they are not `<s>`, `</s>` and `<pad>`. */
  readonly named?: { readonly bos?: string; readonly eos?: string; readonly pad?: string };
}

const TYPES = ['', 'unigram', 'bpe', 'word', 'char'];

/** The bytes of a SentencePiece `.model` file. */
export function sentencePieceFile({ type, pieces, byteFallback, whitespaceAsSuffix, addDummyPrefix, removeExtraWhitespaces, escapeWhitespaces, charsmap, named = {} }: SentencePieceSpec): Uint8Array {
  const trainer = Buffer.concat([
    ...(type === undefined ? [] : [number(3, TYPES.indexOf(type))]),
    flag(24, whitespaceAsSuffix),
    flag(35, byteFallback),
    // As pad_id is in real files: -1 takes ten bytes.
    Buffer.from([...tag(43, 0), ...Array.from({ length: 9 }, () => 0xff), 1]),
    text(46, named.bos),
    text(47, named.eos),
    text(48, named.pad),
  ]);
  const normalizer = Buffer.concat([
    text(1, 'test'),
    ...(charsmap === undefined ? [] : [bytes(2, charsmap)]),
    flag(3, addDummyPrefix),
    flag(4, removeExtraWhitespaces),
    flag(5, escapeWhitespaces),
  ]);
  return Buffer.concat([
    ...pieces.map(([piece, score, kind]) => bytes(1, Buffer.concat([text(1, piece), float(2, score), ...(kind === 1 ? [] : [number(3, kind)])]))),
    bytes(2, trainer),
    bytes(3, normalizer),
  ]);
}

function varint(value: number): number[] {
  const out: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 128) return [...out, rest];
    out.push((rest & 127) | 128);
  }
}

const tag = (field: number, wire: number): number[] => varint(field * 8 + wire);
const number = (field: number, value: number): Buffer => Buffer.from([...tag(field, 0), ...varint(value)]);
const flag = (field: number, value: boolean | undefined): Buffer => (value === undefined ? Buffer.alloc(0) : number(field, Number(value)));
const bytes = (field: number, value: Uint8Array): Buffer => Buffer.concat([Buffer.from([...tag(field, 2), ...varint(value.length)]), value]);
const text = (field: number, value: string | undefined): Buffer => (value === undefined ? Buffer.alloc(0) : bytes(field, Buffer.from(value)));

function float(field: number, value: number): Buffer {
  const four = Buffer.alloc(4);
  four.writeFloatLE(value);
  return Buffer.concat([Buffer.from(tag(field, 5)), four]);
}
