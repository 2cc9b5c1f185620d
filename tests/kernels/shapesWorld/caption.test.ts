import test from 'ava';
import { counterRandom } from '../../../kernels/random.js';
import { captionWords, sceneCaption, type Nameable } from '../../../kernels/shapesWorld/caption.js';

const objects: Nameable[] = [
  { shape: 'circle', colour: 'red', size: 'small' },
  { shape: 'star', colour: 'blue', size: 'large' },
  { shape: 'heart', colour: 'cyan', size: 'medium' },
  { shape: 'arrow', colour: 'black', size: 'small' },
];
const captions = Array.from({ length: 4_000 }, (_, index) => sceneCaption(counterRandom('captions', index), objects));
const lower = captions.map((caption) => caption.toLowerCase());

const begins = (text: string) => captionWords.openers.find((opener) => text.startsWith(`${opener} `));
const withoutEnd = (text: string) => text.replace(/(\.jpg|[.!]| -)$/, '');
const ends = (text: string) => captionWords.places.find((place) => withoutEnd(text).endsWith(` ${place}`));

test('how often each part stands in a caption', (t) => {
  share(t, 'opener', lower.filter((text) => begins(text)).length, 0.7);
  share(t, 'place', lower.filter((text) => ends(text)).length, 0.6);
  share(t, 'end', lower.filter((text) => withoutEnd(text) !== text).length, 0.3);
  share(t, 'absent', lower.filter((text) => captionWords.absent.some((thing) => text.includes(thing))).length, 0.2);
  const cased = captions.filter((text) => /^\p{L}/u.test(text) && text.charAt(0).toLowerCase() !== text.charAt(0).toUpperCase());
  share(t, 'capital', cased.filter((text) => text.charAt(0) !== text.charAt(0).toLowerCase()).length, 0.5, cased.length);
  for (const opener of captionWords.openers) share(t, opener, lower.filter((text) => begins(text) === opener).length, 0.7 / 13);
  for (const place of captionWords.places) share(t, place, lower.filter((text) => ends(text) === place).length, 0.6 / 17);
});

test('one, two or three objects are named 2 : 2 : 1, with size 0.4 and colour 0.7 of the time', (t) => {
  const named = lower.map((text) => [...text.matchAll(/\b(a|the) (?:(small|medium|large) )?(?:(red|blue|cyan|black) )?(circle|star|heart|arrow)\b/g)]);
  // 10 % of the captions add a phrase of their own, which may look like one of these or not: keep clear of its effect.
  const counts = named.map((phrases) => phrases.length);
  share(t, 'one', counts.filter((count) => count === 1).length, 0.4, lower.length, 0.04);
  share(t, 'two', counts.filter((count) => count === 2).length, 0.4, lower.length, 0.04);
  share(t, 'three', counts.filter((count) => count === 3).length, 0.2, lower.length, 0.04);
  const phrases = named.flat();
  share(t, 'the', phrases.filter(([, article]) => article === 'the').length, 0.5, phrases.length, 0.03);
  share(t, 'size', phrases.filter(([, , size]) => size).length, 0.4, phrases.length, 0.03);
  share(t, 'colour', phrases.filter(([, , , colour]) => colour).length, 0.7, phrases.length, 0.03);
  for (const { shape, colour, size } of objects) {
    share(t, shape, phrases.filter((phrase) => phrase[4] === shape).length, 0.25, phrases.length, 0.03);
    t.true(phrases.some((phrase) => phrase[2] === size && phrase[3] === colour && phrase[4] === shape));
  }
});

test('an object is named once and at most those present are named', (t) => {
  for (let index = 0; index < 300; index++) {
    const text = sceneCaption(counterRandom('one', index), objects.slice(0, 1));
    // A second circle can only come from the added phrase, which names its colour right before.
    t.true((text.match(/circle/g) ?? []).length <= 2, text);
  }
});

test('a caption needs an object', (t) => {
  t.throws(() => sceneCaption(counterRandom(1), []), { instanceOf: RangeError, message: /at least one object, got none/ });
});

function share(t: { true(value: boolean, message: string): unknown }, what: string, count: number, expected: number, of = captions.length, tolerance = 0.025) {
  t.true(Math.abs(count / of - expected) <= tolerance, `${what}: ${count / of}, expected ${expected}`);
}
