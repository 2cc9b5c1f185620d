import type { Random } from '../random.js';
import { shapes, type ShapeName } from './shapes.js';
import { colourNames, type ColourName, type SizeName } from './words.js';

/** What a caption may say of an object. */
export interface Nameable {
  readonly shape: ShapeName;
  readonly colour: ColourName;
  readonly size: SizeName;
}

/** Words around the objects; none of them carries meaning (SHAPES_WORLD section 6). */
export const captionWords = {
  absent: ['a dog', 'two cats', 'a tree', 'the old house', 'my car', 'una casa', 'ein hund', 'el perro', '猫'],
  links: ['next to', 'and', 'with', 'near', 'above', 'beside', 'und', 'y', 'et', 'と'],
  openers: [
    'a photo of', 'a picture of', 'an image showing', 'look at', 'my drawing of', 'una foto de', 'ein bild von', 'une image avec', 'itap of',
    'a bad photo of', 'art of', '写真', 'фото',
  ],
  places: [
    'in the park', 'on the table', 'at sunset', 'im park', 'en la playa', 'sur la table', '公園で', 'на столе', 'في الحديقة', '2024',
    'free download', 'stock image', 'hd wallpaper', '#art', 'in a video game', '🙂', 'origami',
  ],
  ends: ['.', '!', '.jpg', ' -'],
} as const;

/**
 * A noisy caption: names one to three of the objects, sometimes something absent too, e.g.
 * `A photo of a small red circle next to a blue star in the park.`
 * Throws a RangeError without objects (a drawn scene always has one).
 */
export function sceneCaption(random: Random, objects: readonly Nameable[]): string {
  if (objects.length === 0) throw new RangeError('sceneCaption: needs at least one object, got none');
  const named = random.choice([1, 1, 2, 2, 3]);
  const parts = random.shuffle(objects).slice(0, named).map((object) => subject(random, object));
  if (random.bernoulli(0.2)) parts.push(random.choice(captionWords.absent));
  if (random.bernoulli(0.1)) parts.push(`a ${random.choice(colourNames)} ${random.choice(shapes).name}`);
  let text = parts.reduce((sentence, part) => `${sentence} ${random.choice(captionWords.links)} ${part}`);
  if (random.bernoulli(0.7)) text = `${random.choice(captionWords.openers)} ${text}`;
  if (random.bernoulli(0.6)) text = `${text} ${random.choice(captionWords.places)}`;
  if (random.bernoulli(0.3)) text += random.choice(captionWords.ends);
  return random.bernoulli(0.5) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

function subject(random: Random, { shape, colour, size }: Nameable): string {
  const words: string[] = [random.choice(['a', 'the'])];
  if (random.bernoulli(0.4)) words.push(size);
  if (random.bernoulli(0.7)) words.push(colour);
  return [...words, shape].join(' ');
}
