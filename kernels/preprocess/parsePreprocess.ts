import { ParseError } from './parseError.js';
import { pythonCall, type Call } from './pythonCall.js';

/** An operation of a preprocessing text, and where it stands. */
export interface Section extends Call {
  /** As written. */
  readonly text: string;
  /** Place among the sections, empty ones counted, from 1. */
  readonly section: number;
}

/**
 * The operations of one of big_vision's preprocessing texts, `decode|resize(224)|flip_lr` (specs/vision-language.md 1.1), from left to right. The text is cut
 * at every `|` before anything else, also inside quotes; empty sections are passed over.
 *
 * @throws ParseError that names the section and the column in it
 */
export function parsePreprocess(text: string): Section[] {
  return text.split('|').flatMap((part, index) => (part === '' ? [] : [{ ...located(part, index + 1, text), text: part, section: index + 1 }]));
}

function located(part: string, section: number, whole: string): Call {
  try {
    return pythonCall(part);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const isCut = error.message.includes('string that does not end') && whole.includes('|');
    const hint = isCut ? '; the text is cut at every `|`, also in quotes: write it \\x7c there' : '';
    throw new ParseError(error.kind, `section ${section}, ${JSON.stringify(part)}, column ${error.column}: ${error.message}${hint}`, error.column);
  }
}
