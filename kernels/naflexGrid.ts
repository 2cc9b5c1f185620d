import { SampleFault } from './sampleFault.js';

const f = Math.fround;

/**
 * Rows and columns of the largest picture of this shape that has at most `maxTokens` patches, sides rounded up to patches: the search of big_vision's
 * `resize_to_sequence` (specs/vision-language.md 1.2 NaFlex), in float32 as there. Small pictures are made larger.
 *
 * @param eps where the search ends
 * @throws SampleFault `image-unfit-for-tokens` where no scale from `eps` to 100 fits
 */
export function naflexGrid(height: number, width: number, { patchSize, maxTokens, eps = 1e-5 }: { readonly patchSize: number; readonly maxTokens: number; readonly eps?: number }): readonly [rows: number, columns: number] {
  const grid = (ratio: number): readonly [number, number] => [Math.max(1, Math.ceil(f(f(height * ratio) / patchSize))), Math.max(1, Math.ceil(f(f(width * ratio) / patchSize)))];
  let low = f(eps / 10);
  let high = 100;
  while (f(high - low) >= f(eps)) {
    const middle = f(f(low + high) / 2);
    // Where float32 has no number between the two, the search is over.
    if (middle === low || middle === high) break;
    const [rows, columns] = grid(middle);
    if (rows * columns <= maxTokens) low = middle;
    else high = middle;
  }
  const [rows, columns] = grid(low);
  if (low <= f(eps) || low >= 100 || rows * columns > maxTokens) throw new SampleFault('image-unfit-for-tokens', `a picture of ${width} x ${height} pixels cannot be scaled to ${maxTokens} patches of ${patchSize} x ${patchSize}`);
  return [rows, columns];
}
