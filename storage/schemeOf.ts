/**
 * The scheme of a URL in lower case, without its colon; undefined for a plain path.
 *
 * File names may hold colons (`run:3.tar`), so a scheme counts only with a slash after its colon, or when it is one that never means a
 * file (`pipe:`). One slash is enough: `s3:/bucket/x` is a slip of the pen, and must not quietly become a folder named `s3:`.
 * One letter is a drive of Windows, no scheme. (RFC 3986 section 3.1)
 */
export function schemeOf(url: string): string | undefined {
  return (/^([a-z][a-z0-9+.-]+):\//i.exec(url) ?? /^(pipe|file):/i.exec(url))?.[1]?.toLowerCase();
}
