import { counterRandom, type Random } from '../../kernels/random.js';

/** One weight of a model, as the papers' code names and shapes it. */
export interface ParameterSpec {
  /** Path with slashes, as in big_vision: `img/Transformer/encoderblock_0/LayerNorm_0/scale`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** One value to begin with. */
  readonly init: (random: Random) => number;
  /** Is it a matrix that weight decay pulls to zero? Norms, biases and single numbers are not. */
  readonly decays: boolean;
}

export const zeros = (): number => 0;
export const ones = (): number => 1;
export const constant = (value: number) => (): number => value;
export const normal = (deviation: number) => (random: Random): number => deviation * random.normal();

/** Glorot and Bengio's uniform: variance 2 / (in + out). */
export function xavierUniform(fanIn: number, fanOut: number): ParameterSpec['init'] {
  const limit = Math.sqrt(6 / (fanIn + fanOut));
  return (random) => random.range(-limit, limit);
}

/** A normal cut at two deviations, of variance 1 / in: Flax's default for kernels. */
export function lecunNormal(fanIn: number): ParameterSpec['init'] {
  // The deviation of a standard normal cut at 2.
  const deviation = Math.sqrt(1 / fanIn) / 0.87962566103423978;
  return (random) => {
    for (;;) {
      const value = random.normal();
      if (Math.abs(value) <= 2) return deviation * value;
    }
  };
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, side) => size * side, 1);
}

export function countParameters(specs: readonly ParameterSpec[]): number {
  return specs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

/** The first values of a weight: a function of seed and name, so one more layer changes no other. */
export function initialValues({ name, shape, init }: ParameterSpec, seed: number): Float32Array {
  const random = counterRandom(seed, 'parameter', name);
  return Float32Array.from({ length: sizeOf(shape) }, () => init(random));
}
