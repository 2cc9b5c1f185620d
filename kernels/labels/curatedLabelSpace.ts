/**
 * One label space out of several lists of class names, by OWL-ST's rule (arXiv 2306.09683, appendix A.1): lower-case, union, then drop every name
 * that is another name of the union plus `s` or `es`. All drops are judged against the full union, so with `glass` and `glasses` the latter goes.
 *
 * The paper's 2520 names come of LVIS, Objects365, OpenImages V4 and Visual Genome (its listing leaves Visual Genome out): pass the lists you mean.
 *
 * @returns the names in the order of their UTF-16 code units, so that equal sets give equal lists
 */
export function curatedLabelSpace(lists: readonly (readonly string[])[]): string[] {
  const names = new Set(lists.flat().map((name) => name.toLowerCase()));
  const isPlural = (name: string) => (name.endsWith('s') && names.has(name.slice(0, -1))) || (name.endsWith('es') && names.has(name.slice(0, -2)));
  return [...names].filter((name) => !isPlural(name)).toSorted();
}
