import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { BufferPool } from '../../../kernels/bufferPool.js';
import { navit, type NavitOptions, type PackedPairSample } from '../../../models/train/navit.js';
import type { Positions } from '../../../models/train/layers/vit.js';
import type { Tensor, Variable } from '../../../models/train/tf.js';
import { apart, graphOf, numbers, onEach, wave } from '../../helpers/backends.js';
import { pack, tinyTowers, type Example } from '../../helpers/trainees.js';

const VALUES = 4 * 4 * 3;
const GRIDS = [[1, 1], [2, 3], [3, 2], [4, 1], [2, 2]] as const;
const examples = GRIDS.map(([rows, columns], index): Example => ({
  grid: [rows, columns],
  patches: wave(rows * columns * VALUES, index),
  tokens: Int32Array.from({ length: 1 + (index % 5) }, (_, at) => (index * 7 + at * 3) % 20),
}));
/** Several in a row with padding behind; the same ones, each in a row of its own without any. */
const packed = [pack(examples.slice(0, 3), { length: 16, textLength: 8, maxExamples: 3, values: VALUES }), pack(examples.slice(3), { length: 16, textLength: 12, maxExamples: 3, values: VALUES })]
  .map((sample): PackedPairSample => ({ ...sample, tokens: widen(sample.tokens, 12) }));
const alone = examples.map((example) => pack([example], { length: example.grid[0] * example.grid[1], textLength: example.tokens.length, maxExamples: 1, values: VALUES }));

function widen(tokens: PackedPairSample['tokens'], length: number): PackedPairSample['tokens'] {
  const wide = (values: Int32Array): Int32Array => Int32Array.from({ length }, (_, at) => values[at] ?? 0);
  return { data: wide(tokens.data), segmentIds: wide(tokens.segmentIds), positions: wide(tokens.positions) };
}

const cases: readonly (readonly [string, Partial<NavitOptions>, Positions, 'map' | 'gap', 'last' | 'gap'])[] = [
  ['sigmoid, factorised, attention pooling', { loss: 'sigmoid' }, { kind: 'factorised', rows: 4, columns: 4 }, 'map', 'last'],
  ['softmax, fractional, mean pooling', { loss: 'softmax' }, { kind: 'fractional', bins: 5 }, 'gap', 'gap'],
];
for (const [title, options, positions, pool, textPool] of cases) {
  test.serial(`packed equals one by one, loss and gradients: ${title}`, async (t) => {
    const given: NavitOptions = { ...tinyTowers, ...options, image: { ...tinyTowers.image, positions, pool }, text: { ...tinyTowers.text, pool: textPool }, maxExamples: 3 };
    const together = navit(given);
    const single = navit({ ...given, maxExamples: 1 });
    await onEach(['wasm', 'cpu'], async ({ name, tf }) => {
      const fresh = graphOf(tf, together.parameters);
      const weights = new Map([...fresh.weights].map(([key, tensor]): [string, Variable] => [key, tf.variable(tensor)]));
      const graph = { tf, weight: (key: string) => weights.get(key) as Tensor };
      const variables = [...weights.values()];
      const inputs = together.inputs(tf, together.collate(packed, new BufferPool()));
      const whole = tf.variableGrads(() => together.loss(graph, inputs), variables);

      // One by one: each example through the towers alone, then the loss over all of their features.
      const eachInputs = alone.map((sample) => single.inputs(tf, single.collate([sample], new BufferPool())));
      const { towers } = await import('../../../models/train/towers.js');
      const both = towers(given);
      const separate = tf.variableGrads(() => {
        const pictures = tf.concat(eachInputs.map((of) => single.pictureFeatures(graph, of)), 0);
        const texts = tf.concat(eachInputs.map((of) => single.textFeatures(graph, of)), 0);
        return both.loss(graph, pictures, texts, tf.ones([examples.length]));
      }, variables);

      t.true(apart(await numbers(whole.value), await numbers(separate.value)) < 1e-4, `${name}: loss`);
      for (const [key, { name: id }] of weights) {
        const difference = apart(await numbers(whole.grads[id] as Tensor), await numbers(separate.grads[id] as Tensor));
        t.true(difference < 1e-4, `${name}: ${key} ${difference}`);
      }
      t.deepEqual(Object.keys(whole.grads).length, weights.size, 'every weight learns');
      tf.disposeVariables();
    });
  });
}

test('what does not fit the model is refused', (t) => {
  const model = navit({ ...tinyTowers, maxExamples: 3 });
  const pool = new BufferPool();
  const [first] = packed as [PackedPairSample];
  const refused = (sample: PackedPairSample, message: RegExp): void => void t.throws(() => model.collate([sample], pool), { instanceOf: UsageError, message });
  refused({ ...first, patches: { ...first.patches, width: 12 } }, /patches of 12 values.*4 x 4 x 3 = 48/);
  refused({ ...first, exampleWeights: new Float32Array(2) }, /room for 2 examples, and the model for 3/);
  refused({ ...first, patches: { ...first.patches, data: new Uint8Array(first.patches.data.length) } }, /patchValueRange/);
  refused({ ...first, patches: { ...first.patches, rows: first.patches.rows.map((row) => row + 4) } }, /a patch stands at rows 6, and `image.positions.rows` is 4/);
  refused({ ...first, tokens: { ...first.tokens, positions: first.tokens.positions.map((place) => place + 3) } }, /a text has \d tokens, and the model has room for 5/);
  t.throws(() => navit({ ...tinyTowers, image: { ...tinyTowers.image, positions: { kind: 'learned', grid: [2, 2] } }, maxExamples: 3 }), { instanceOf: UsageError, message: /no one grid/ });
  t.throws(() => navit({ ...tinyTowers, maxExamples: 0 }), { instanceOf: UsageError, message: /maxExamples/ });
});
