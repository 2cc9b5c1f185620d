import { madeOf, type Replay } from '../../engine/replay.js';
import type { Sample } from '../../engine/sample.js';
import { SampleFault } from '../../kernels/sampleFault.js';
import type { Stores } from '../../storage/stores.js';
import { writeObject } from '../../storage/writeObject.js';
import type { PictureOf } from './replayReport.js';
import { samplePicture } from './samplePicture.js';

/** Samples of one stage whose pictures are written, the first: an expansion may have thousands. */
const MAX_PICTURES = 24;

/** What a sample looks like, and where that was written. */
interface Drawn {
  readonly png?: Uint8Array;
  readonly picture?: string;
  readonly notDrawn?: string;
}

/**
 * Write into `folder` the picture of a sample after every stage that changed it, `02-decodeImage.png`, and of a child `03-crops_0.png`; in place of
 * files that are there. @throws StoreError
 */
export async function writePictures({ stages }: Replay, folder: string, stores: Stores): Promise<PictureOf> {
  const drawn = new Map<Sample, Drawn>();
  for (const [index, { stage, in: came, out }] of stages.entries()) {
    for (const sample of out.slice(0, MAX_PICTURES)) {
      const before = drawn.get(madeOf(sample, came) ?? sample);
      const now = await draw(sample);
      if (now.png === undefined) drawn.set(sample, now);
      else if (before?.png !== undefined && Buffer.compare(before.png, now.png) === 0) drawn.set(sample, before);
      else {
        const child = sample.origin.path.map((place) => `_${place.index}`).join('');
        const picture = `${folder.replace(/\/+$/, '')}/${String(index).padStart(2, '0')}-${stage.replaceAll('#', '-')}${child}.png`;
        await writeObject(stores(picture), picture, now.png);
        drawn.set(sample, { ...now, picture });
      }
    }
  }
  return (sample) => {
    const { picture, notDrawn } = drawn.get(sample) ?? {};
    return { ...(picture === undefined ? {} : { picture }), ...(notDrawn === undefined ? {} : { notDrawn }) };
  };
}

async function draw(sample: Sample): Promise<Drawn> {
  try {
    const png = await samplePicture(sample);
    return png === undefined ? {} : { png };
  } catch (error) {
    if (error instanceof SampleFault) return { notDrawn: `${error.code}: ${error.message}` };
    throw error;
  }
}
