import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { pipeline } from '../../../engine/pipeline.js';
import type { Sample } from '../../../engine/sample.js';
import { oneHot } from '../../../operators/label/oneHot.js';
import { laneElements } from '../../helpers/lanes.js';
import { memorySource, samplesOf, wholeMemory } from '../memorySource.js';

test('labels become rows of numbers', async (t) => {
  const source = memorySource<{ label: number | readonly number[] }>([{ label: 1 }, { label: [0, 2] }]);
  const out = samplesOf<Sample & { labels: Float32Array }>(await laneElements(pipeline(source, oneHot({ depth: 3 })), { itinerary: wholeMemory(2) }));
  t.deepEqual(out.map(({ labels }) => [...labels]), [[0, 1, 0], [1, 0, 1]]);
});

test('a depth that is none is refused', (t) => {
  t.throws(() => oneHot({ depth: 0 }), { instanceOf: UsageError, message: /oneHot: `depth`/ });
});
