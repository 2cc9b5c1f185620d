import { aspectGrid } from '../../kernels/aspectGrid.js';
import { beta, drawDropRate, keptTokens } from '../../kernels/drawDropRate.js';
import { counterRandom } from '../../kernels/random.js';

export interface NavitLengths {
  readonly patchSize?: number;
  readonly range?: readonly [number, number];
  readonly drop?: { readonly mean: number; readonly max: number } | undefined;
}

/**
 * Tokens of pictures as NaViT has them, by the rules of the golden simulation: r uniform in `range`, r^2 pixels, log-normal aspect ratio with deviation 0.35, sides
 * rounded down, a Beta share dropped.
 */
export function navitLengths(count: number, { patchSize = 16, range = [64, 256], drop }: NavitLengths = { drop: { mean: 0.5, max: 0.9 } }): number[] {
  return Array.from({ length: count }, (_, n) => {
    const random = counterRandom('navit', n);
    const side = random.range(...(range as [number, number]));
    // Of any height: what counts is the ratio.
    const [rows, columns] = aspectGrid(1000, 1000 * Math.exp(0.35 * random.normal()), side, patchSize, 'floor');
    const tokens = rows * columns;
    return drop === undefined ? tokens : keptTokens(tokens, drawDropRate(random, beta(drop), { tokens, epoch: 0 }));
  });
}
