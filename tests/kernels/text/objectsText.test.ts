import test from 'ava';
import { objectsText, parseObjectsText } from '../../../kernels/text/objectsText.js';

test('several objects, with and without masks, there and back', (t) => {
  const objects = [{ box: [0, 0, 1, 1], label: 'sofa' }, { box: [0, 1, 1, 0], label: 'big cat', codes: new Uint8Array(16) }] as const;
  const text = objectsText(objects);
  t.is(text, `<loc0000><loc0000><loc1023><loc1023> sofa ; <loc0000><loc1023><loc1023><loc0000>${'<seg000>'.repeat(16)} big cat`);
  t.deepEqual(parseObjectsText(text), objects.map(({ box, label }) => ({ box, label })));
  t.deepEqual(parseObjectsText('<loc0000><loc0000><loc1023> half ; cat'), []);
  t.is(objectsText([]), '');
});
