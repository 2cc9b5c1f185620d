import { clipText, textWidth } from '../../kernels/draw.js';

/** Up to `maxLines` lines of at most `width` pixels in the drawn font, broken between words; the last one is clipped. */
export function wrapText(text: string, width: number, scale: number, maxLines: number): string[] {
  const lines: string[] = [];
  // No more text than could be shown is looked at: a caption may be a megabyte long.
  let rest = text.slice(0, 2000);
  while (rest !== '' && lines.length < maxLines - 1) {
    if (textWidth(rest, scale) <= width) break;
    const fitting = clipText(rest, width, scale).length;
    const space = rest.lastIndexOf(' ', fitting);
    const cut = space > 0 ? space : Math.max(1, fitting);
    lines.push(rest.slice(0, cut));
    rest = rest.slice(cut).trimStart();
  }
  return rest === '' ? lines : [...lines, clipText(rest, width, scale)];
}
