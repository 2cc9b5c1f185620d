import { checkNumber } from '../../engine/check.js';
import { UsageError } from '../../engine/errors.js';
import type { ParameterSpec } from './parameters.js';
import type { Tensor, Tf, Variable } from './tf.js';

/**
 * How gradients change the weights.
 * - `adamw`: decoupled weight decay (arXiv 1711.05101): weights that decay (matrices; no norms, biases and single numbers) lose `weightDecay` x learning rate of
 *   themselves each step, apart from the gradient. Defaults: beta2 0.999, weight decay 1e-4; SigLIP takes beta2 0.95 (arXiv 2303.15343, section 4.5).
 * - `adam`: with bias correction (arXiv 1412.6980).
 * - `sgd`: with momentum, 0 for none.
 */
export type Optimizer =
  | { readonly kind: 'adamw'; readonly beta1?: number; readonly beta2?: number; readonly epsilon?: number; readonly weightDecay?: number }
  | { readonly kind: 'adam'; readonly beta1?: number; readonly beta2?: number; readonly epsilon?: number }
  | { readonly kind: 'sgd'; readonly momentum?: number };

/** @throws UsageError when a number is out of range */
export function checkOptimizer(optimizer: Optimizer): void {
  const { kind } = optimizer;
  if (!['adamw', 'adam', 'sgd'].includes(kind)) throw new UsageError(`optimizer: \`kind\` must be adamw, adam or sgd, got ${String(kind)}`);
  if (optimizer.kind === 'sgd') return checkNumber('optimizer', 'momentum', optimizer.momentum ?? 0, 0, 0.9999999);
  checkNumber('optimizer', 'beta1', optimizer.beta1 ?? 0.9, 0, 0.9999999);
  checkNumber('optimizer', 'beta2', optimizer.beta2 ?? 0.999, 0, 0.9999999);
  checkNumber('optimizer', 'epsilon', optimizer.epsilon ?? 1e-8, 1e-30, 1);
  if (optimizer.kind === 'adamw') checkNumber('optimizer', 'weightDecay', optimizer.weightDecay ?? 1e-4, 0, 1e3);
}

/** What the optimizer keeps of every weight, by name: these and the number of the step are its whole state. */
export function optimizerSlots(optimizer: Optimizer): readonly string[] {
  if (optimizer.kind === 'sgd') return (optimizer.momentum ?? 0) > 0 ? ['momentum'] : [];
  return ['mean', 'variance'];
}

export interface Update {
  readonly weight: Variable;
  readonly gradient: Tensor;
  /** One for each name of `optimizerSlots`, in order. */
  readonly slots: readonly Variable[];
  readonly decays: ParameterSpec['decays'];
  readonly rate: number;
  /** From 0. */
  readonly step: number;
}

/** Change one weight and what is kept of it, on the device. */
export function applyUpdate(tf: Tf, optimizer: Optimizer, { weight, gradient, slots, decays, rate, step }: Update): void {
  tf.tidy(() => {
    if (optimizer.kind === 'sgd') {
      const [momentum] = slots;
      const direction = momentum === undefined ? gradient : tf.add(tf.mul(momentum, optimizer.momentum ?? 0), gradient);
      momentum?.assign(direction);
      weight.assign(tf.sub(weight, tf.mul(direction, rate)));
      return;
    }
    const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = optimizer;
    const [mean, variance] = slots as [Variable, Variable];
    mean.assign(tf.add(tf.mul(mean, beta1), tf.mul(gradient, 1 - beta1)));
    variance.assign(tf.add(tf.mul(variance, beta2), tf.mul(tf.square(gradient), 1 - beta2)));
    // Both corrections are numbers: two operations fewer a weight.
    const [first, second] = [1 - beta1 ** (step + 1), 1 - beta2 ** (step + 1)];
    const change = tf.div(tf.mul(mean, rate / first), tf.add(tf.sqrt(tf.mul(variance, 1 / second)), epsilon));
    const decay = optimizer.kind === 'adamw' && decays ? rate * (optimizer.weightDecay ?? 1e-4) : 0;
    weight.assign(tf.sub(decay === 0 ? weight : tf.mul(weight, 1 - decay), change));
  });
}
