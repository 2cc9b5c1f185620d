import test from 'ava';
import * as fc from 'fast-check';
import { canonicalJson } from '../../engine/json.js';

test('names are sorted, spaces left out; what JSON cannot say is left out or null', (t) => {
  t.is(canonicalJson({ b: [1, { d: null, c: 'x' }], a: true }), '{"a":true,"b":[1,{"c":"x","d":null}]}');
  t.is(canonicalJson({ gone: undefined, call: () => {}, kept: [undefined] }), '{"kept":[null]}');
  t.is(canonicalJson(undefined), 'null');
  t.is(canonicalJson({ mean: new Float32Array([0.5, 2]) }), '{"mean":[0.5,2]}');
  t.is(canonicalJson('"\n'), '"\\"\\n"');
});

test('equal values, equal texts, and JSON that means the same', (t) => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const plain: unknown = JSON.parse(JSON.stringify(value));
      t.deepEqual(JSON.parse(canonicalJson(plain)), plain);
    }),
    { numRuns: 100 },
  );
});
