import test from 'ava';
import { mixChains } from '../../../kernels/augment/mixChains.js';
import { patterned } from '../../operators/pixelsThrough.js';

test('shares of the picture and of its chains, rounded to the nearest byte', (t) => {
  const image = { width: 1, height: 1, data: Uint8Array.of(200, 100, 0) };
  const chains = [
    { share: 0.25, distortions: [{ op: 'Invert', amount: 0 }] },
    { share: 0.75, distortions: [{ op: 'Invert', amount: 0 }, { op: 'Invert', amount: 0 }] },
  ] as const;
  // 200: (1 - 0.4) 200 + 0.4 (0.25 x 55 + 0.75 x 200) = 185.5.
  t.deepEqual([...mixChains(image, { chains, augmented: 0.4 }).data], [186, 106, 26]);
});

test('nothing of the chains is the picture; all of chains that change nothing too', (t) => {
  const picture = patterned(9, 7);
  t.deepEqual(mixChains(picture, { chains: [{ share: 1, distortions: [{ op: 'Invert', amount: 0 }] }], augmented: 0 }), picture);
  t.deepEqual(mixChains(picture, { chains: [{ share: 0.3, distortions: [] }, { share: 0.7, distortions: [] }], augmented: 1 }), picture);
});
