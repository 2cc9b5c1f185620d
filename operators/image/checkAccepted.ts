import { checkInteger } from '../../engine/check.js';
import { UsageError } from '../../engine/errors.js';
import type { AcceptedImages } from '../../formats/image/header.js';
import { decodableImageFormats } from '../../formats/image/sniff.js';

/** Checks the options of stages that look at encoded pictures. @throws UsageError */
export function checkAccepted(name: string, { maxPixels, formats }: AcceptedImages): void {
  checkInteger(name, 'maxPixels', maxPixels, 1);
  for (const format of formats) {
    if (!decodableImageFormats.includes(format)) throw new UsageError(`${name}: \`formats\` may name ${decodableImageFormats.join(', ')}, got ${String(format)}`);
  }
  if (formats.length === 0) throw new UsageError(`${name}: \`formats\` must name at least one of ${decodableImageFormats.join(', ')}`);
}
