import test from 'ava';
import { boxesOfJson } from '../../kernels/boxesOfJson.js';
import { SampleFault } from '../../kernels/sampleFault.js';

const asOwlSt = {
  boxFormat: 'xyxy', boxUnit: 'pixel', width: 200, height: 100, clipped: false, teacher: { name: 'owlv2', digest: 'x' },
  boxes: [
    { box: [-20, 25, 100, 50], query: 'a cat', score: 0.9, labelSpace: 'ngrams' },
    { box: [150, 50, 250, 150], query: 'dog', score: 0.2, labelSpace: 'curated' },
    { box: [200, 0, 300, 50], query: 'outside', score: 0.9, labelSpace: 'curated' },
  ],
};

test('what owl-st.ts writes: relative, cut at the edges; what is all outside is left out', (t) => {
  const { boxesXyxy, boxLabels, negativeLabels } = boxesOfJson(asOwlSt);
  t.deepEqual([...boxesXyxy], [0, 0.25, 0.5, 0.5, 0.75, 0.5, 1, 1]);
  t.deepEqual([boxLabels, negativeLabels], [[['a cat'], ['dog']], []] as unknown as [typeof boxLabels, string[]]);
  t.deepEqual(boxesOfJson(asOwlSt, { minScore: 0.3 }).boxLabels, [['a cat']]);
});

test('other formats and units, labels, negatives, crowds', (t) => {
  const crowds = { boxUnit: 'relative', boxFormat: 'cxcywh', negatives: ['cow'], boxes: [{ box: [0.5, 0.5, 0.5, 1], label: 'person' }, { box: [0.5, 0.5, 1, 1], label: 'person', crowd: true }, { box: [0.25, 0.25, 0.5, 0.5], label: 'cat' }] };
  const all = boxesOfJson(crowds);
  t.deepEqual([...all.boxesXyxy.subarray(0, 4)], [0.25, 0, 0.75, 1]);
  t.deepEqual([all.boxLabels, all.negativeLabels], [[['person'], ['person'], ['cat']], ['cow']] as unknown as [typeof all.boxLabels, string[]]);
  t.deepEqual(boxesOfJson(crowds, { removeCrowds: true }).boxLabels, [['cat']]);
  t.deepEqual([...boxesOfJson({ boxFormat: 'xywh', width: 10, height: 10, boxes: [{ box: [1, 2, 4, 8], label: 'a' }] }).boxesXyxy].map((value) => Math.round(value * 1000)), [100, 200, 500, 1000]);
  t.is(boxesOfJson({ boxes: [], boxUnit: 'relative' }).boxesXyxy.length, 0);
});

const ok = { box: [1, 2, 3, 4], label: 'cat' };
for (const [what, value, message] of [
  ['a list', [], /^the annotations must be an object, got \[\]$/],
  ['nothing', null, /must be an object, got null/],
  ['no boxes', { width: 1, height: 1 }, /boxes must be a list, got nothing/],
  ['no size', { boxes: [ok] }, /width of the picture must be pixels above 0, got nothing/],
  ['a size of 0', { width: 10, height: 0, boxes: [ok] }, /height of the picture must be pixels above 0, got 0/],
  ['an unknown format', { boxFormat: 'xyzw', width: 9, height: 9, boxes: [] }, /boxFormat must be xyxy, yxyx, xywh, cxcywh, got "xyzw"/],
  ['an unknown unit', { boxUnit: 'mm', boxes: [] }, /boxUnit must be pixel or relative, got "mm"/],
  ['three numbers', { width: 9, height: 9, boxes: [ok, { ...ok, box: [1, 2, 3] }] }, /boxes\[1\].box must be four numbers, got \[1,2,3\]/],
  ['a text as a number', { width: 9, height: 9, boxes: [{ ...ok, box: [1, 2, 3, '4'] }] }, /boxes\[0\].box must be four numbers/],
  ['corners in the wrong order', { width: 9, height: 9, boxes: [{ ...ok, box: [3, 2, 1, 4] }] }, /corners in the wrong order/],
  ['no label', { width: 9, height: 9, boxes: [{ box: [1, 2, 3, 4] }] }, /boxes\[0\] must have a label or a query, got nothing/],
  ['a score above 1', { width: 9, height: 9, boxes: [{ ...ok, score: 7 }] }, /score must be from 0 to 1, got 7/],
  ['a crowd of 1', { width: 9, height: 9, boxes: [{ ...ok, crowd: 1 }] }, /crowd must be true or false/],
  ['negatives that are no texts', { width: 9, height: 9, boxes: [], negatives: [4] }, /negatives must be a list of texts/],
] as const) {
  test(`refuses ${what}`, (t) => {
    const fault = t.throws(() => boxesOfJson(value), { instanceOf: SampleFault, message });
    t.is(fault?.code, 'boxes-invalid');
  });
}
