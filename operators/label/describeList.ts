import { sha256 } from '../../engine/fingerprint.js';

/** A long list of texts as a fingerprint and `explain` name it: how many, and the sha256 (first 16 hex digits) of their JSON. */
export function describeList(texts: readonly string[]): { readonly count: number; readonly sha256: string } {
  return { count: texts.length, sha256: sha256(JSON.stringify(texts)).slice(0, 16) };
}
