/** Shards of drawn pictures with a caption and a class number, or with boxes: a function of their arguments. */
import { encodeJpeg } from '../../formats/image/encodeJpeg.js';
import { tarEnd, tarMember } from '../../formats/tar/tarWriter.js';
import { hash32 } from '../../kernels/hash.js';
import { drawScene } from '../../kernels/shapesWorld/index.js';
import { caption } from './captions.js';

export const CLASSES = 10;
export const classOfPicture = (n: number): number => hash32(`class ${n}`) % CLASSES;

/** @param damaged numbers whose picture is cut in the middle */
export async function pictureShard(shard: number, records: number, damaged: readonly number[] = []): Promise<Uint8Array> {
  const text = new TextEncoder();
  const members: Uint8Array[] = [];
  for (let n = 0; n < records; n += 1) {
    const key = `${shard}-${n}`;
    const jpeg = await encodeJpeg(drawScene(shard, n).image);
    members.push(
      ...tarMember(`${key}.jpg`, damaged.includes(n) ? jpeg.subarray(0, jpeg.length / 2) : jpeg),
      ...tarMember(`${key}.txt`, text.encode(caption(shard * 1000 + n))),
      ...tarMember(`${key}.cls`, text.encode(String(classOfPicture(shard * 1000 + n)))),
    );
  }
  return Buffer.concat([...members, tarEnd()]);
}

/**
 * Pictures with their exact boxes as JSON, as `pipelines/owl-st.ts` writes them.
 *
 * @param damaged numbers whose picture is cut in the middle
 * @param unread numbers whose JSON has a box of three numbers
 */
export async function boxShard(shard: number, records: number, { damaged = [], unread = [] }: { readonly damaged?: readonly number[]; readonly unread?: readonly number[] } = {}): Promise<Uint8Array> {
  const members: Uint8Array[] = [];
  for (let n = 0; n < records; n += 1) {
    const { image, objects } = drawScene(shard, n);
    const jpeg = await encodeJpeg(image);
    const boxes = objects.map(({ box, colour, shape }) => ({ box: unread.includes(n) ? box.slice(1) : box, query: `${colour} ${shape}`, score: 0.5, labelSpace: 'ngrams' }));
    const annotations = { boxFormat: 'xyxy', boxUnit: 'pixel', width: image.width, height: image.height, boxes };
    members.push(
      ...tarMember(`${shard}-${n}.jpg`, damaged.includes(n) ? jpeg.subarray(0, jpeg.length / 2) : jpeg),
      ...tarMember(`${shard}-${n}.json`, new TextEncoder().encode(JSON.stringify(annotations))),
    );
  }
  return Buffer.concat([...members, tarEnd()]);
}
