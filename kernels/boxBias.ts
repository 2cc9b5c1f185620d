/** What keeps the logarithms finite: scenic's and transformers' value. */
const EPSILON = 1e-4;

/**
 * What OWL-ViT adds to the box head before the sigmoid, `[rows x columns, 4]` for centre and size, row by row: with a head of zeros a token's box has its centre at
 * the bottom right corner of its patch and the patch's size (specs/detection.md 4.4; OWL-ViT, arXiv 2205.06230, appendix A1.2).
 */
export function boxBias(rows: number, columns: number): Float32Array {
  const logit = (value: number): number => Math.log(value + EPSILON) - Math.log1p(-value + EPSILON);
  const bias = new Float32Array(rows * columns * 4);
  for (let token = 0; token < rows * columns; token += 1) {
    const [row, column] = [Math.floor(token / columns), token % columns];
    bias.set([logit((column + 1) / columns), logit((row + 1) / rows), logit(1 / columns), logit(1 / rows)], token * 4);
  }
  return bias;
}
