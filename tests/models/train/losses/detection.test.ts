import { readFileSync } from 'node:fs';
import test from 'ava';
import { toXyxy } from '../../../../kernels/boxFormats.js';
import { giou } from '../../../../kernels/giou.js';
import { detectionLoss, focal, generalisedIou, type DetectionLossInput } from '../../../../models/train/losses/detection.js';
import type { Tensor, Tensor3D } from '../../../../models/train/tf.js';
import { apart, numbers, onEach } from '../../../helpers/backends.js';

const { cases } = JSON.parse(readFileSync(new URL('../../../golden/owl/focal_loss.json', import.meta.url), 'utf8')) as { cases: { logit: number; target: number; loss: number }[] };
const BOXES = [[0.5, 0.5, 0.4, 0.2], [0.3, 0.6, 0.2, 0.5], [0.1, 0.1, 0.1, 0.1], [0.5, 0.5, 1, 1]];
const OTHERS = [[0.5, 0.5, 0.4, 0.2], [0.4, 0.5, 0.3, 0.3], [0.9, 0.8, 0.1, 0.2], [0.4, 0.4, 0.2, 0.2]];

test.serial('focal loss: the golden numbers; its gradient against differences', async (t) => {
  await onEach(['cpu', 'wasm'], async ({ tf }) => {
    const [logits, labels] = [tf.tensor1d(cases.map(({ logit }) => logit)), tf.tensor1d(cases.map(({ target }) => target))];
    t.true(apart(await numbers(focal(tf, logits, labels)), cases.map(({ loss }) => loss)) < 1e-6);
    const gradient = await numbers(tf.grad((x: Tensor) => tf.sum(focal(tf, x, labels)))(logits));
    const step = 1e-2;
    const [up, down] = await Promise.all([step, -step].map(async (by) => await numbers(focal(tf, tf.add(logits, by), labels)))) as [number[], number[]];
    t.true(apart(gradient, up.map((value, at) => (value - (down[at] as number)) / (2 * step))) < 1e-3);
  });
});

test.serial('generalised IoU: that of kernels/giou, and finite gradients also where boxes do not touch', async (t) => {
  await onEach(['cpu', 'wasm'], async ({ tf }) => {
    const [a, b] = [toXyxy(BOXES.flat(), 'cxcywh'), toXyxy(OTHERS.flat(), 'cxcywh')];
    const others = tf.tensor2d(OTHERS);
    t.true(apart(await numbers(generalisedIou(tf, tf.tensor2d(BOXES), others)), BOXES.map((_, at) => giou(a, at, b, at))) < 1e-6);
    const gradient = await numbers(tf.grad((x: Tensor) => tf.sum(generalisedIou(tf, x, others)))(tf.tensor2d(BOXES)));
    t.true(gradient.every(Number.isFinite));
    t.true(gradient.slice(8, 10).every((value) => value > 0), 'a box that is far away is drawn towards its target');
  });
});

test.serial('the loss of a picture: divided by its positive labels; queries that are not there and pictures of padding do not count', async (t) => {
  await onEach(['wasm'], async ({ tf }) => {
    const given: DetectionLossInput = {
      logits: tf.tensor3d([[[2, -1, 9], [0, 0.5, 9]], [[1, 1, 1], [1, 1, 1]]]), boxes: tf.tensor3d([[BOXES[1], BOXES[0]], [BOXES[0], BOXES[0]]] as number[][][]),
      labels: tf.tensor3d([[[1, 1, 0], [0, 0, 0]], [[0, 0, 0], [0, 0, 0]]]), targets: tf.tensor3d([[OTHERS[1], OTHERS[2]], [OTHERS[2], OTHERS[2]]] as number[][][]),
      matched: tf.tensor2d([[1, 0], [0, 0]]), queries: tf.tensor3d([[[1, 1, 0]], [[1, 1, 1]]]), weights: tf.tensor1d([1, 0]),
    };
    const loss = (logit: number, target: 0 | 1): number => {
      const towards = target === 1 ? logit : -logit;
      return (target === 1 ? 0.3 : 0.7) * (1 / (1 + Math.exp(towards))) ** 2 * Math.log1p(Math.exp(-towards));
    };
    const [box, other] = [BOXES[1] as number[], OTHERS[1] as number[]];
    const l1 = box.reduce((sum, value, at) => sum + Math.abs(value - (other[at] as number)), 0);
    const overlap = giou(toXyxy(box, 'cxcywh'), 0, toXyxy(other, 'cxcywh'), 0);
    const expected = (loss(2, 1) + loss(-1, 1) + loss(0, 0) + loss(0.5, 0) + l1 + 1 - overlap) / 2;
    const [value] = await numbers(detectionLoss(tf, given));
    t.true(Math.abs((value as number) - expected) < 1e-5, `${value} and ${expected}`);
    const gradient = await numbers(tf.grad((boxes: Tensor) => detectionLoss(tf, { ...given, boxes: boxes as Tensor3D }))(given.boxes));
    t.deepEqual(gradient.slice(4), Array.from({ length: 12 }, () => 0), 'boxes that are not matched learn nothing');
  });
});
