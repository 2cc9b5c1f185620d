/**
 * The members of objects inside objects, under names joined with `/`: big_vision's `flatten` (specs/vision-language.md 1.2). Lists stay whole, and so do objects
 * that hold a typed array, which are values (a picture, a file).
 */
export function flattenKeys(entries: readonly (readonly [string, unknown])[], prefix = ''): (readonly [string, unknown])[] {
  return entries.flatMap(([name, value]) => (isFolder(value) ? flattenKeys(Object.entries(value), `${prefix}${name}/`) : [[`${prefix}${name}`, value] as const]));
}

function isFolder(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value) && !Object.values(value).some((member) => ArrayBuffer.isView(member));
}
