/**
 * Text from data as one line for a terminal: blanks and line ends become one space; other control characters, and those that turn the direction of
 * writing, become U+FFFD; longer texts than `maxCharacters` are cut and end in `...`.
 */
export function oneLine(text: string, maxCharacters = Number.POSITIVE_INFINITY): string {
  // A caption may be a megabyte long: no more of it than can be shown is looked at.
  const seen = Number.isFinite(maxCharacters) ? text.slice(0, 8 * maxCharacters + 64) : text;
  const clean = seen.replace(/\s+/g, ' ').replace(/[\p{Cc}\p{Bidi_Control}]/gu, '\ufffd').trim();
  const characters = [...clean];
  if (characters.length <= maxCharacters && seen.length === text.length) return clean;
  return `${characters.slice(0, Math.max(0, maxCharacters - 3)).join('').trimEnd()}...`;
}

/** JSON that is harmless on a terminal: what JSON leaves as it is of control characters and those that turn the direction of writing is escaped. */
export function safeJson(value: unknown): string {
  return JSON.stringify(value).replace(/[\u007f-\u009f\u2028\u2029\p{Bidi_Control}]/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
