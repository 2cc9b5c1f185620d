import { setImmediate } from 'node:timers/promises';
import type { EncodedText } from '../../models/detector.js';

/** Encodes distinct texts, taking from the cache what it has. */
export type CachedEncoder = (texts: Iterable<string>, signal: AbortSignal) => Promise<ReadonlyMap<string, EncodedText>>;

/** Texts prepared without a breath in between: signals and timers of the process wait no longer than this takes. Two lots are at work at a time. */
const TEXTS_AT_ONCE = 256;

/**
 * An encoder that keeps the `maxTexts` texts used last. A text's encoding does not depend on the others, so the cache changes no result.
 *
 * Calls wait for each other: windows that are at work at the same time ask for nearly the same texts, and the later one then finds them here.
 *
 * @param maxTexts 0: keep none
 */
export function textCache(encode: (texts: readonly string[]) => Promise<readonly EncodedText[]>, maxTexts: number): CachedEncoder {
  /** Least recently used first. */
  const kept = new Map<string, EncodedText>();
  let turns: Promise<unknown> = Promise.resolve();

  function keep(text: string, encoded: EncodedText): void {
    if (maxTexts === 0) return;
    kept.delete(text);
    kept.set(text, encoded);
    if (kept.size > maxTexts) kept.delete(kept.keys().next().value as string);
  }

  async function encodeSome(texts: readonly string[], from: number): Promise<readonly EncodedText[]> {
    return from < texts.length ? encode(texts.slice(from, from + TEXTS_AT_ONCE)) : [];
  }

  async function encodeAll(texts: Iterable<string>, signal: AbortSignal): Promise<ReadonlyMap<string, EncodedText>> {
    const found = new Map<string, EncodedText>();
    const missing: string[] = [];
    for (const text of texts) {
      const hit = kept.get(text);
      if (hit === undefined) missing.push(text);
      else found.set(text, hit);
    }
    for (const [text, encoded] of found) keep(text, encoded);
    signal.throwIfAborted();
    let ahead = encodeSome(missing, 0);
    for (let from = 0; from < missing.length; from += TEXTS_AT_ONCE) {
      const some = missing.slice(from, from + TEXTS_AT_ONCE);
      const encoding = ahead;
      // Asked for before the last is here: the teacher goes on while this thread keeps texts and tokenizes (bench/labelling.ts).
      ahead = encodeSome(missing, from + TEXTS_AT_ONCE);
      ahead.catch(() => undefined); // Awaited in its turn, unless this run has ended by then.
      const encoded = await encoding;
      if (encoded.length !== some.length) throw new Error(`the teacher encoded ${encoded.length} of ${some.length} texts`);
      for (const [place, text] of some.entries()) {
        found.set(text, encoded[place]!);
        keep(text, encoded[place]!);
      }
      await setImmediate();
      signal.throwIfAborted();
    }
    return found;
  }

  return (texts, signal) => {
    const turn = turns.then(() => encodeAll(texts, signal));
    turns = turn.catch(() => undefined);
    return turn;
  };
}
