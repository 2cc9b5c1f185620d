import test from 'ava';
import golden from '../../golden/owl/random_negatives.json' with { type: 'json' };
import { randomNegatives } from '../../../kernels/labels/randomNegatives.js';

const { in: given, total_num_negatives: total, out_example: out } = golden.cases[0]!;

test('with the candidates in the order that scenic drew them, its negatives', (t) => {
  const drawn = ['cat', 'fox', 'fox', '', 'bee', 'zebra', 'dog', 'elk', 'gnu', 'ape'];
  t.deepEqual(randomNegatives(given.instance_text_labels, given.negative_text_labels, drawn, total), out.negative_text_labels);
});

test('its own stay, all of them, and none is doubled; too few candidates give fewer', (t) => {
  t.deepEqual(randomNegatives([], ['a', 'b', 'a', 'c'], ['d'], 2), ['a', 'b', 'c']);
  t.deepEqual(randomNegatives(['x'], ['a'], ['x', 'b'], 5), ['a', 'b']);
  t.deepEqual(randomNegatives(['a'], ['a'], [], 5), ['a']);
});
