import test from 'ava';
import { sigmoidLoss, softmaxLoss, type ClassificationInput } from '../../../../models/train/losses/classification.js';
import type { Tensor, Tensor2D } from '../../../../models/train/tf.js';
import { apart, numbers, onEach } from '../../../helpers/backends.js';

const LOGITS = [[2, -1, 0.5], [-3, 4, 0], [100, -100, 0]];
const LABELS = [[1, 0, 0], [0, 0.7, 0.3], [0, 1, 0]];
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softmax = (row: readonly number[]): number[] => {
  const powers = row.map((value) => Math.exp(value - Math.max(...row)));
  return powers.map((power) => power / powers.reduce((sum, value) => sum + value, 0));
};

test.serial('softmax and sigmoid losses and their gradients: the formulas, padding left out, on cpu and wasm', async (t) => {
  await onEach(['cpu', 'wasm'], async ({ name, tf }) => {
    const input = (logits: Tensor, weights: number[]): ClassificationInput => ({ logits: logits as Tensor2D, labels: tf.tensor2d(LABELS), weights: tf.tensor1d(weights) });
    const logits = tf.tensor2d(LOGITS);
    const rowsOf = (rows: readonly number[][], weights: readonly number[]): number[][] => rows.map((row, at) => row.map((value) => (value * (weights[at] as number)) / weights.reduce((sum, weight) => sum + weight, 0)));
    for (const weights of [[1, 1, 1], [1, 1, 0]]) {
      const softmaxSlopes = rowsOf(LOGITS.map((row, at) => softmax(row).map((share, c) => share - (LABELS[at]?.[c] as number))), weights).flat();
      const sigmoidSlopes = rowsOf(LOGITS.map((row, at) => row.map((value, c) => sigmoid(value) - (LABELS[at]?.[c] as number))), weights).flat();
      for (const [loss, slopes] of [[softmaxLoss, softmaxSlopes], [sigmoidLoss, sigmoidSlopes]] as const) {
        const gradient = await numbers(tf.grad((x: Tensor) => loss(tf, input(x, weights)))(logits));
        t.true(apart(gradient, slopes) < 1e-5, `${name} ${loss.name}: ${apart(gradient, slopes)}`);
      }
    }
    const [first] = await numbers(softmaxLoss(tf, input(logits, [1, 0, 0])));
    t.true(Math.abs((first as number) + Math.log(softmax(LOGITS[0] as number[])[0] as number)) < 1e-6);
    const [asked] = await numbers(sigmoidLoss(tf, input(logits, [1, 0, 0])));
    t.true(Math.abs((asked as number) + Math.log(sigmoid(2)) + Math.log(sigmoid(1)) + Math.log(sigmoid(-0.5))) < 1e-6);
  });
});
