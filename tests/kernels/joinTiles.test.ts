import test from 'ava';
import golden from '../golden/owl/mosaic.json' with { type: 'json' };
import { fromXyxy, toXyxy } from '../../kernels/boxFormats.js';
import { joinBoxes, joinNegatives, joinPictures } from '../../kernels/joinTiles.js';

const [two, three] = golden.cases;

test("as scenic's CreateMosaic of 2 x 2: pixels exactly, boxes within 1e-6, negatives exactly", (t) => {
  const input = two!.in;
  const pictures = input.image!.map((picture, place) => ({ place, pixels: { width: 2, height: 2, data: Float32Array.from(picture.flat(2)) } }));
  t.deepEqual(joinPictures(pictures, 2, 0.5), { width: 4, height: 4, data: Float32Array.from(two!.out.image!.flat(2)) });
  const real = (place: number): number[] => input.instance_labels[place]!.flatMap((label, i) => (label === -1 ? [] : [i]));
  const tiles = input.boxes.map((boxes, place) => ({
    place,
    boxesXyxy: toXyxy(real(place).flatMap((i) => boxes[i]!), 'yxyx'),
    boxLabels: real(place).map((i) => [input.instance_text_labels![place]![i]!]),
    negativeLabels: input.negative_text_labels![place]!.filter((label) => label !== ''),
  }));
  fromXyxy(joinBoxes(tiles, 2), 'yxyx').forEach((value, i) => t.true(Math.abs(value - two!.out.boxes.flat()[i]!) < 1e-6, `number ${i}`));
  t.deepEqual(tiles.flatMap(({ boxLabels }) => boxLabels.flat()), two!.out.instance_text_labels);
  t.deepEqual(joinNegatives(tiles), two!.out.negative_text_labels);
});

test('and of 3 x 3: boxes within 1e-6', (t) => {
  const tiles = three!.in.boxes.map((boxes, place) => ({ place, boxesXyxy: toXyxy(boxes.flat(), 'yxyx') }));
  const found = fromXyxy(joinBoxes(tiles, 3), 'yxyx');
  t.is(found.length, 36);
  found.forEach((value, i) => t.true(Math.abs(value - three!.out.boxes.flat()[i]!) < 1e-6, `number ${i}`));
});

test('an empty tile is grey; sizes must be equal', (t) => {
  const dot = (value: number, place: number) => ({ place, pixels: { width: 1, height: 1, data: Uint8Array.of(value, value, value) } });
  t.deepEqual([...joinPictures([dot(9, 0), dot(7, 3)], 2, 0.5).data], [9, 9, 9, 128, 128, 128, 128, 128, 128, 7, 7, 7]);
  t.throws(() => joinPictures([dot(9, 0), { place: 1, pixels: { width: 2, height: 1, data: new Uint8Array(6) } }], 2, 0.5), { message: 'tiles of one mosaic have one size, got 1 x 1 and 2 x 1' });
});
