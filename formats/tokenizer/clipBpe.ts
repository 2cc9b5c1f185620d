import { gunzipSync } from 'node:zlib';
import { cleanCaption } from './cleanCaption.js';
import { MergeAgenda } from './mergeAgenda.js';
import type { Tokenizer } from './tokenizer.js';
import { TokenizerError } from './tokenizerError.js';

/** Merges of the vocabulary that are used: with 2 x 256 bytes and two special tokens they make 49,408 ids. */
const MERGES = 49_152 - 256 - 2;
const MAX_BYTES = 32 * 2 ** 20;
const CACHED_WORDS = 32_768;
const END = '</w>';
const [BOS, EOS] = ['<|startoftext|>', '<|endoftext|>'];

/** White space as Python has it. */
const WORD = /<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+/giu;

/**
 * CLIP's byte-pair encoding from its own vocabulary file (`bpe_simple_vocab_16e6.txt.gz`, packed or not): text cleaned (`cleanCaption`) and lower-cased, cut
 * into words, digits and signs, the UTF-8 bytes of each merged by rank. Names of special tokens inside a text become these, as in the reference.
 *
 * `special`: beginning `<|startoftext|>`, end `<|endoftext|>`; CLIP pads with 0, which is no token of its own.
 *
 * @throws TokenizerError where the file is not this vocabulary
 */
export function clipBpe(bytes: Uint8Array): Tokenizer {
  const { ranks, ids } = vocabulary(text(bytes));
  const symbols = byteSymbols();
  const cache = new Map<string, readonly number[]>([[BOS, [ids.get(BOS)!]], [EOS, [ids.get(EOS)!]]]);
  const encoder = new TextEncoder();
  const agenda = new MergeAgenda();

  const merge = (word: string): readonly number[] => {
    const parts: (string | undefined)[] = Array.from(encoder.encode(word), (byte) => symbols[byte]!);
    parts[parts.length - 1] += END;
    const after = parts.map((_, at) => at + 1);
    const before = parts.map((_, at) => at - 1);
    const propose = (left: number, right: number): void => {
      const rank = left < 0 || right >= parts.length ? undefined : ranks.get(`${parts[left]} ${parts[right]}`);
      if (rank !== undefined) agenda.push(-rank, left, right, parts[left]!.length + parts[right]!.length);
    };
    for (let right = 1; right < parts.length; right += 1) propose(right - 1, right);
    while (agenda.pop()) {
      const { left, right, size } = agenda;
      const [first, second] = [parts[left], parts[right]];
      if (first === undefined || second === undefined || first.length + second.length !== size) continue;
      parts[left] = first + second;
      parts[right] = undefined;
      after[left] = after[right]!;
      before[after[left]!] = left;
      propose(before[left]!, left);
      propose(left, after[left]!);
    }
    return parts.flatMap((part) => (part === undefined ? [] : [ids.get(part)!]));
  };

  return {
    format: 'clip-bpe',
    vocabularySize: ids.size,
    special: { bos: ids.get(BOS)!, eos: ids.get(EOS)! },
    idOf: (piece) => ids.get(piece),
    encode(caption) {
      const found: number[] = [];
      for (const [word] of cleanCaption(caption).toLowerCase().matchAll(WORD)) {
        let known = cache.get(word);
        if (known === undefined) {
          if (cache.size >= CACHED_WORDS) cache.clear();
          cache.set(word, (known = merge(word)));
        }
        for (const id of known) found.push(id);
      }
      return found;
    },
  };
}

function text(bytes: Uint8Array): string {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return Buffer.from(bytes).toString('utf8');
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_BYTES }).toString('utf8');
  } catch (cause) {
    throw new TokenizerError(`CLIP's vocabulary cannot be unpacked: ${(cause as Error).message}`, { cause });
  }
}

function vocabulary(file: string): { readonly ranks: ReadonlyMap<string, number>; readonly ids: ReadonlyMap<string, number> } {
  const merges = file.split('\n').slice(1, MERGES + 1);
  if (merges.length < MERGES || merges.some((line) => line.split(' ').length !== 2)) throw new TokenizerError(`not CLIP's vocabulary: it must have a head and ${MERGES} merges, one a line`);
  // Ids go in the order of Python's printable characters first, not of the bytes.
  const single = [...byteSymbols()].toSorted((a, b) => Number(a > '\u00ff') - Number(b > '\u00ff') || (a < b ? -1 : 1));
  const pieces = [...single, ...single.map((symbol) => symbol + END), ...merges.map((line) => line.replace(' ', '')), BOS, EOS];
  return { ranks: new Map(merges.map((line, rank) => [line, rank])), ids: new Map(pieces.map((piece, id) => [piece, id])) };
}

/** A printable character for each byte: itself where it is printable, else one from U+0100 on. */
function byteSymbols(): readonly string[] {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte !== 173);
    return String.fromCharCode(printable ? byte : next++);
  });
}
