import { locTokens, parseLocTokens, type Yxyx } from './locTokens.js';
import { segTokens } from './segTokens.js';

/** A thing in a picture. */
export interface DescribedObject {
  /** In parts of the picture as it was before any resizing: top, left, bottom, right. */
  readonly box: Yxyx;
  readonly label: string;
  /** The 16 codes of its mask, where it has one. */
  readonly codes?: ArrayLike<number>;
}

/** Objects as one text: `<loc><loc><loc><loc> label ; ...`, with the 16 pieces of the mask after the box where there is one (specs/vision-language.md 1.5). */
export function objectsText(objects: readonly DescribedObject[]): string {
  return objects.map(({ box, label, codes }) => `${locTokens(box)}${codes === undefined ? '' : segTokens(codes)} ${label}`).join(' ; ');
}

/** The boxes and labels of such a text; parts without a whole box are left out. */
export function parseObjectsText(text: string): { readonly box: Yxyx; readonly label: string }[] {
  return text.split(';').flatMap((part) => {
    const box = parseLocTokens(part);
    return box === undefined ? [] : [{ box, label: part.replace(/<(?:loc\d{4}|seg\d{3})>/g, '').trim() }];
  });
}
