import { mapSample, type Sample, type Stage, type With } from '../../engine/index.js';
import { tokenize } from '../../operators/index.js';

/**
 * Adds the `tokens` of `text`, unpadded, `maxTokens` at most: of the tokenizer's file, lower-cased and with their end kept as SigLIP does (arXiv 2303.15343), or where there is
 * none the bytes of its UTF-8, ids 0 to 255.
 */
export function textTokens<S extends Sample & { readonly text: string }>(tokenizer: string, maxTokens: number): Stage<S, WithTokens<S>> {
  const stage = tokenizer === '' ? mapSample('textBytes', ({ text }: S) => ({ tokens: bytesOf(text, maxTokens) }), { maxTokens }) : tokenize<S>({ tokenizer, maxTokens, pad: 'none', lower: 'ascii', eos: 'sticky' });
  return stage as unknown as Stage<S, WithTokens<S>>;
}

type WithTokens<S> = With<S, { readonly tokens: Int32Array }> & Sample;

function bytesOf(text: string, most: number): Int32Array {
  return Int32Array.from(new TextEncoder().encode(text).subarray(0, most));
}
