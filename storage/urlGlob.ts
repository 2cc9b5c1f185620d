import { StoreError } from './objectStore.js';

/** A pattern over URLs, made ready to list and match. */
export interface UrlGlob {
  /** The text before the first wildcard: what to list. */
  readonly prefix: string;
  /** How many slashes can follow the prefix in a match; undefined with `**`. */
  readonly maxDepth: number | undefined;
  matches(url: string): boolean;
}

/**
 * The wildcards of the shell over URLs (POSIX XCU 2.13, and `**` as bash has it): `*` any text without a slash, `?` one character, `[a-c]`
 * and `[!a-c]` one of or none of a set, `**` as a whole part any number of folders. A wildcard at the start of a part does not match a
 * leading dot. To mean a wildcard's own character put it in a set: `[*]`, `[[]`.
 * @returns undefined when the pattern has no wildcard
 * @throws StoreError `bad-url` for a set that is none, such as `[z-a]`
 */
export function urlGlob(pattern: string): UrlGlob | undefined {
  const first = pattern.search(/[*?]|\[[^/]*\]/);
  if (first < 0) return undefined;
  const start = pattern.lastIndexOf('/', first) + 1;
  const parts = pattern.slice(start).split('/');
  const isDeep = parts.includes('**');
  const source = parts.map((part, index) => partSource(part, index === parts.length - 1)).join('');
  const shape = compile(pattern, `^${escape(pattern.slice(0, start))}${source}$`);
  return {
    prefix: pattern.slice(0, first),
    maxDepth: isDeep ? undefined : parts.length - 1,
    matches: (url) => shape.test(url),
  };
}

/** The regular expression of one part between slashes, with the slash that follows it. */
function partSource(part: string, isLast: boolean): string {
  const slash = isLast ? '' : '/';
  if (part === '**') return isLast ? '(?:(?!\\.)[^/]+/)*(?!\\.)[^/]+' : '(?:(?!\\.)[^/]+/)*';
  // In order: a set, any text, one character, anything else as itself.
  const body = part.replace(/\[([!^]?)(\]?[^\]]*)\]|(\*+)|(\?)|([^[*?]+|\[)/gsu, (_, not: string, set: string, star, one, text: string) => {
    if (star !== undefined) return '[^/]*';
    if (one !== undefined) return '[^/]';
    if (text !== undefined) return escape(text);
    return `(?!/)[${not === '' ? '' : '^'}${set.replace(/[\\\]^[]/g, '\\$&')}]`;
  });
  return `${/^[*?[]/.test(part) ? '(?!\\.)' : ''}${body}${slash}`;
}

function compile(pattern: string, source: string): RegExp {
  try {
    return new RegExp(source, 'su');
  } catch (cause) {
    throw new StoreError('bad-url', pattern, `${pattern} is no wildcard pattern: a set in [ ] has a range that runs backwards`, cause);
  }
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
