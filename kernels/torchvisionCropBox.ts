import { centralCropBox } from './centralCropBox.js';
import type { CropBox } from './cropImage.js';
import type { InceptionCropRange } from './inceptionCropBox.js';
import type { Random } from './random.js';
import { roundHalfEven } from './roundHalfEven.js';
import type { Sides } from './scaledSides.js';

const ATTEMPTS = 10;

/**
 * A box as torchvision's `RandomResizedCrop` draws it: the area is uniform and the logarithm of the ratio is, each side is rounded, every place
 * that fits is equally likely. 10 attempts, then the largest box in the middle whose ratio is in the range.
 */
export function torchvisionCropBox(random: Random, image: Sides, { area: [least, most], ratio: [narrow, wide] }: InceptionCropRange): CropBox {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const area = image.width * image.height * random.range(least, most);
    const ratio = Math.exp(random.range(Math.log(narrow), Math.log(wide)));
    const [width, height] = [roundHalfEven(Math.sqrt(area * ratio)), roundHalfEven(Math.sqrt(area / ratio))];
    if (width < 1 || height < 1 || width > image.width || height > image.height) continue;
    const y = random.integer(0, image.height - height);
    return { x: random.integer(0, image.width - width), y, width, height };
  }
  const ratio = image.width / image.height;
  const size = ratio < narrow ? { width: image.width, height: Math.max(1, roundHalfEven(image.width / narrow)) } : { width: ratio > wide ? Math.max(1, roundHalfEven(image.height * wide)) : image.width, height: image.height };
  return centralCropBox(image, size) as CropBox;
}
