import test from 'ava';
import * as fc from 'fast-check';
import golden from '../../golden/owl/canonicalize.json' with { type: 'json' };
import { canonicalizeLabel } from '../../../kernels/labels/canonicalizeLabel.js';

for (const example of golden.cases) {
  test(`golden: ${JSON.stringify(example.in)}`, (t) => t.is(canonicalizeLabel(example.in), example.out));
}

test('only A-Z are lowered: the Kelvin sign becomes a space', (t) => {
  t.is(canonicalizeLabel('5 \u212a'), '5');
});

test('a # in the middle goes last and leaves its two spaces', (t) => {
  t.is(canonicalizeLabel('a # b'), 'a  b');
});

test('only its own characters are left; without # nothing doubles and a second pass changes nothing', (t) => {
  const label = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[ #aB-]{0,12}$/));
  fc.assert(fc.property(label, (text) => {
    t.regex(canonicalizeLabel(text), /^#?[a-z0-9 -]*$/);
    const plain = canonicalizeLabel(text.replaceAll('#', ''));
    t.notRegex(plain, /--| {2}|^ | $/);
    t.is(canonicalizeLabel(plain), plain);
  }));
});
