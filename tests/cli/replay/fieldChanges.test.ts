import test from 'ava';
import { fieldChanges } from '../../../cli/replay/fieldChanges.js';
import type { Sample } from '../../../engine/sample.js';

const sample = (fields: object): Sample => ({ key: 'k', origin: { dataset: 'd', shard: 's', record: 0, pass: 0, path: [] }, cursor: { kind: 'source', position: null }, ...fields });

test('added, changed and removed fields, by value; the rest of a sample is the engine\'s', (t) => {
  const before = sample({ same: [1, { deep: 2 }], grown: [1], gone: 'x' });
  const after = { ...sample({ same: [1, { deep: 2 }], grown: [1, 2], fresh: 0.5 }), key: 'k_0', members: [] };
  t.deepEqual(fieldChanges(before, after).map(({ name, change }) => [change, name]), [['changed', 'grown'], ['added', 'fresh'], ['removed', 'gone']]);
  t.like(fieldChanges(before, after)[1], { type: 'number', value: '0.5' });
  t.like(fieldChanges(before, after)[2], { type: 'string', value: '"x"' });
});

test('at the source all fields are added; a sample that passes has no changes', (t) => {
  t.deepEqual(fieldChanges(undefined, sample({ text: 'a' })), [{ name: 'text', change: 'added', type: 'string', shape: '1 characters', value: '"a"' }]);
  t.deepEqual(fieldChanges(sample({ text: 'a' }), sample({ text: 'a' })), []);
});
