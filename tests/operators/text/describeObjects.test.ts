import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { isTombstone, type Sample } from '../../../engine/sample.js';
import type { DescribedObject } from '../../../kernels/text/objectsText.js';
import { describeObjects, type DescribedObjects } from '../../../operators/text/describeObjects.js';
import { samplesOf } from '../memorySource.js';
import { elementsOf } from './textStages.js';

const objects = (...all: readonly DescribedObject[]): { readonly objects: readonly DescribedObject[] } => ({ objects: all });
const cat: DescribedObject = { box: [0.1, 0.2, 0.5, 0.75], label: 'cat' };

test('a prompt that names each label once, and an answer with every object', async (t) => {
  const [sample] = samplesOf<Sample & DescribedObjects>(await elementsOf([objects(cat, { box: [0, 0, 1, 1], label: 'sofa' }, cat)], describeObjects()));
  t.is(sample!.prefix, 'detect cat ; sofa');
  t.is(sample!.suffix, '<loc0102><loc0205><loc0512><loc0767> cat ; <loc0000><loc0000><loc1023><loc1023> sofa ; <loc0102><loc0205><loc0512><loc0767> cat');
});

test('masks stand behind their boxes', async (t) => {
  const [sample] = samplesOf<Sample & DescribedObjects>(await elementsOf([objects({ ...cat, codes: new Uint8Array(16).fill(5) })], describeObjects({ task: 'segment' })));
  t.is(sample!.prefix, 'segment cat');
  t.is(sample!.suffix, `<loc0102><loc0205><loc0512><loc0767>${'<seg005>'.repeat(16)} cat`);
});

test('what is no box or no code goes to quarantine', async (t) => {
  const out = await elementsOf([objects({ ...cat, box: [0, 0, Number.NaN, 1] }), objects({ ...cat, codes: [1] }), objects(cat)], describeObjects());
  t.deepEqual(out.map((element) => (isTombstone(element) ? element.dropped[0]!.reason : '')), ['object-invalid', 'object-invalid', '']);
});

test('a task without a word', (t) => {
  t.throws(() => describeObjects({ task: '' }), { instanceOf: UsageError, message: /describeObjects: `task`/ });
});
