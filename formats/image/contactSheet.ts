import { contactSheetHtml } from './contactSheetHtml.js';
import type { ContactSheetItem } from './contactSheetItem.js';
import { contactSheetPng } from './contactSheetPng.js';

export type { ContactSheetBox, ContactSheetItem } from './contactSheetItem.js';

export interface ContactSheetOptions {
  /** Pictures a row in the PNG; the page flows by itself. @default 4 */
  readonly columns?: number;
  /** Side of the square, in pixels, that each picture is fitted into, 32 to 1024. @default 256 */
  readonly thumbnail?: number;
  /** Heading of the page. @default the number of samples */
  readonly title?: string;
  /** Said below the pictures of the page: what was left out, and why. @default none */
  readonly notes?: readonly string[];
}

/**
 * Shows samples to a person: a PNG with a grid of pictures, their boxes, keys and clipped captions, and one self-contained HTML page with the
 * same and the captions in full. A label has one colour over the whole sheet.
 *
 * The page runs no script and asks for nothing from anywhere (its Content-Security-Policy forbids both); keys, captions and labels are
 * data from strangers and stand in it escaped. Both outputs depend on the items and options only.
 *
 * Throws RangeError for options out of range and for no items.
 */
export async function contactSheet(items: readonly ContactSheetItem[], options: ContactSheetOptions = {}): Promise<{ png: Uint8Array; html: string }> {
  const { columns = 4, thumbnail = 256, title = `${items.length} ${items.length === 1 ? 'sample' : 'samples'}`, notes = [] } = options;
  if (!Number.isInteger(columns) || columns < 1) throw new RangeError(`contactSheet: \`columns\` must be an integer from 1 up, got ${columns}`);
  if (!Number.isInteger(thumbnail) || thumbnail < 32 || thumbnail > 1024) {
    throw new RangeError(`contactSheet: \`thumbnail\` must be an integer from 32 to 1024, got ${thumbnail}`);
  }
  if (items.length === 0) throw new RangeError('contactSheet: there are no items to show');
  return { png: await contactSheetPng(items, columns, thumbnail), html: await contactSheetHtml(items, { thumbnail, title, notes }) };
}
