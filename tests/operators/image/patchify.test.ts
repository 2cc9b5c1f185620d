import test from 'ava';
import { pipeline } from '../../../engine/pipeline.js';
import { isTombstone, type Sample } from '../../../engine/sample.js';
import { patchify as patchesOf } from '../../../kernels/patchify.js';
import { drawScene } from '../../../kernels/shapesWorld/index.js';
import { patchify, type Patched } from '../../../operators/image/patchify.js';
import { valueRange } from '../../../operators/image/valueRange.js';
import { laneElements } from '../../helpers/lanes.js';
import { memorySource, samplesOf, wholeMemory } from '../memorySource.js';

const pictures = Array.from({ length: 3 }, (_, index) => ({ pixels: drawScene(4, index).image }));

test('patches as the kernel cuts them, of bytes and of floats', async (t) => {
  const bytes = samplesOf<Sample & Patched>(await laneElements(pipeline(memorySource(pictures), patchify({ patchSize: 16 })), { itinerary: wholeMemory(3) }));
  t.deepEqual(bytes.map(({ patches }) => patches), pictures.map(({ pixels }) => patchesOf(pixels, 16)));
  const floats = samplesOf<Sample & Patched>(await laneElements(pipeline(memorySource(pictures), valueRange(), patchify({ patchSize: 16 })), { itinerary: wholeMemory(3) }));
  t.deepEqual(floats.map(({ patches }) => [patches.data instanceof Float32Array, patches.count]), bytes.map(({ patches }) => [true, patches.count]));
});

test('a picture smaller than a patch is quarantined', async (t) => {
  const [only] = await laneElements(pipeline(memorySource([{ pixels: { width: 3, height: 20, data: new Uint8Array(180) } }]), patchify({ patchSize: 4 })), { itinerary: wholeMemory(1) });
  t.true(isTombstone(only!) && only.dropped[0]?.reason === 'image-smaller-than-patch');
});

test('a size that is none is refused', (t) => {
  t.throws(() => patchify({ patchSize: 0 }), { name: 'UsageError', message: 'patchify: `patchSize` must be an integer from 1 up, got 0' });
});
