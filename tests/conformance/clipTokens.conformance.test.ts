import test from 'ava';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import golden from '../golden/owl/clip_tokens_16.json' with { type: 'json' };
import { owlv2Tokenizer } from '../../models/owlv2/tokenizer.js';

// The tokenizer of models/owlv2 with CLIP's own vocabulary, which is too large to ship: the tokens that scenic gives OWL-ViT's texts.

const root = fileURLToPath(new URL('../..', import.meta.url));
const vocabulary = resolve(root, process.env['MILLRACE_SHARED'] ?? '../shared', 'data/tokenizers/clip/bpe_simple_vocab_16e6.txt.gz');
/** Merges of CLIP: 49,408 tokens less the two ends and 256 bytes, inside a word and at its end. */
const MERGES = 49_408 - 2 - 2 * 256;
const [START, END] = [49_406, 49_407];

/** The tiny model's tokenizer.json, which is CLIP's in all but the vocabulary, with CLIP's. */
function clipTokenizerJson(): object {
  const merges = gunzipSync(readFileSync(vocabulary)).toString('utf8').split('\n').slice(1, MERGES + 1).map((line) => line.split(' '));
  // Bytes that print stand for themselves, in order; the others follow as the characters from 256 on.
  const printing = [...Array(256).keys()].filter((byte) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174);
  const bytes = [...printing.map((byte) => String.fromCharCode(byte)), ...Array.from({ length: 256 - printing.length }, (_, i) => String.fromCharCode(256 + i))];
  const tokens = [...bytes, ...bytes.map((byte) => `${byte}</w>`), ...merges.map((pair) => pair.join('')), '<|startoftext|>', '<|endoftext|>'];
  const json = JSON.parse(readFileSync(resolve(root, 'models/tiny-owlv2/tokenizer.json'), 'utf8')) as { added_tokens: { id: number }[]; post_processor: object; model: object };
  return {
    ...json,
    added_tokens: json.added_tokens.map((token, i) => ({ ...token, id: START + i })),
    post_processor: { ...json.post_processor, cls: ['<|startoftext|>', START], sep: ['<|endoftext|>', END] },
    model: { ...json.model, vocab: Object.fromEntries(tokens.map((token, id) => [token, id])), merges },
  };
}

test("tokens of OWL-ViT's texts, padded to 16 and cut as scenic cuts", (t) => {
  const tokenizerConfig = JSON.parse(readFileSync(resolve(root, 'models/tiny-owlv2/tokenizer_config.json'), 'utf8')) as unknown;
  const tokenizer = owlv2Tokenizer({ tokenizer: clipTokenizerJson(), tokenizerConfig }, 'here', { contextLength: 16, truncate: 'scenic' });
  for (const { text, tokens } of golden.cases) t.deepEqual([...tokenizer.encode(text).ids], tokens, text);
});
