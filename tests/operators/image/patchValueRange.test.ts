import test from 'ava';
import { pipeline } from '../../../engine/pipeline.js';
import type { Sample } from '../../../engine/sample.js';
import { packPatches, type PackedPatches } from '../../../kernels/packing/packPatches.js';
import { patchify as patchesOf } from '../../../kernels/patchify.js';
import { drawScene } from '../../../kernels/shapesWorld/index.js';
import { patchify, type Patched } from '../../../operators/image/patchify.js';
import { patchValueRange } from '../../../operators/image/patchValueRange.js';
import { valueRange } from '../../../operators/image/valueRange.js';
import { laneElements } from '../../helpers/lanes.js';
import { memorySource, samplesOf, wholeMemory } from '../memorySource.js';

const pixels = drawScene(4, 1).image;

test('the same as value range before patches', async (t) => {
  const [after] = samplesOf<Sample & Patched>(await laneElements(pipeline(memorySource([{ pixels }]), patchify({ patchSize: 16 }), patchValueRange({ min: 0 })), { itinerary: wholeMemory(1) }));
  const [before] = samplesOf<Sample & Patched>(await laneElements(pipeline(memorySource([{ pixels }]), valueRange({ min: 0 }), patchify({ patchSize: 16 })), { itinerary: wholeMemory(1) }));
  t.deepEqual(after!.patches, before!.patches);
});

test('padding of a packed sequence stays 0', async (t) => {
  const patches = packPatches([patchesOf(pixels, 16)], 100);
  const [out] = samplesOf<Sample & { patches: PackedPatches }>(await laneElements(pipeline(memorySource([{ patches }]), patchValueRange()), { itinerary: wholeMemory(1) }));
  t.true(out!.patches.count < 100 && out!.patches.data.subarray(out!.patches.count * 768).every((value) => value === 0));
  t.true(out!.patches.data.subarray(0, out!.patches.count * 768).every((value) => value >= -1 && value <= 1));
  t.is(out!.patches.segmentIds, patches.segmentIds);
});

test('a list of another length than three is refused', (t) => {
  t.throws(() => patchValueRange({ inMin: [1, 2] }), { name: 'UsageError', message: /^patchValueRange: / });
});
