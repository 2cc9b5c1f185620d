/** A WebDataset member's name, taken apart. */
export interface MemberNameParts {
  /** Directories and the base name up to its first dot: what the parts of one sample share. */
  readonly key: string;
  /** All after that dot, lower-cased: `seg.png` of `a/b.seg.png`. */
  readonly extension: string;
}

/**
 * Split a member's name by WebDataset's rule (its tariterators.py): the key ends at the first dot of the base name.
 *
 * undefined: the member is part of no sample: no dot (`README`), a dot file (`.DS_Store`, `__MACOSX/._a.jpg`), or metadata, a first segment
 * `__name__`. One deliberate difference: WebDataset's pattern lets the key run over a slash, so it takes a dot file in a directory without a
 * dot (`__MACOSX/._a.jpg`) for key `__MACOSX/`.
 */
export function splitMemberName(name: string): MemberNameParts | undefined {
  if (name.startsWith('__') && /^__[^/]*__(?:\/|$)/.test(name)) return undefined;
  const base = name.lastIndexOf('/') + 1;
  const dot = name.indexOf('.', base);
  return dot <= base ? undefined : { key: name.slice(0, dot), extension: name.slice(dot + 1).toLowerCase() };
}
