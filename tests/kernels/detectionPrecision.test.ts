import test from 'ava';
import { detectionPrecision } from '../../kernels/detectionPrecision.js';

const truths = Float32Array.of(0.5, 0.5, 0.2, 0.2, 0, 0, 0, 0, /* second picture */ 0.2, 0.2, 0.2, 0.2, 0.8, 0.8, 0.2, 0.2);
const answers = Float32Array.of(1, 0, 0, 0, /**/ 1, 0, 0, 1);
const boxes = Float32Array.of(0.5, 0.5, 0.2, 0.2, 0.1, 0.9, 0.1, 0.1, /**/ 0.2, 0.2, 0.2, 0.2, 0.8, 0.8, 0.2, 0.2);

test('every box at its query first: 1; padding pictures do not count', (t) => {
  const logits = Float32Array.of(5, -5, -5, -5, /**/ 5, -5, -5, 5);
  t.is(detectionPrecision({ logits, boxes, truths, answers, weights: Float32Array.of(1, 1) }), 1);
  const wrong = Float32Array.of(-5, 5, 5, -5, /**/ 5, -5, -5, 5);
  t.true(detectionPrecision({ logits: wrong, boxes, truths, answers, weights: Float32Array.of(1, 1) }) < 1);
  t.is(detectionPrecision({ logits: wrong, boxes, truths, answers, weights: Float32Array.of(0, 1) }), 1);
});

test('queries that no picture has are left out of the mean', (t) => {
  const logits = Float32Array.of(5, 9, -5, 9, /**/ 5, 9, -5, 9);
  const only = Float32Array.of(1, 0, 0, 0, /**/ 1, 0, 0, 0);
  t.is(detectionPrecision({ logits, boxes, truths, answers: only, weights: Float32Array.of(1, 1) }), 1);
  t.is(detectionPrecision({ logits, boxes, truths, answers: new Float32Array(8), weights: Float32Array.of(1, 1) }), 0);
});
