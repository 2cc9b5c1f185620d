import { tarEnd, tarMember } from '../../formats/tar/tarWriter.js';
import { hash32 } from '../../kernels/hash.js';

const WORDS = 'red blue green round square small large old new wooden paper glass fox owl boat chair lamp tower river garden under over beside behind near with without on'.split(' ');

/** A caption as a function of its number: 1 to 24 words; every fifth is a duplicate of one of seven, some are too short for anyone. */
export function caption(n: number): string {
  const from = n % 5 === 4 ? hash32(`twin ${n}`) % 7 : n + 1000;
  const words = 1 + (hash32(`length ${from}`) % 24);
  return Array.from({ length: words }, (_, word) => WORDS[hash32(`${from} ${word}`) % WORDS.length]).join(' ');
}

/** A WebDataset shard of captions: a function of its arguments. */
export function captionShard(shard: number, records: number, text: (n: number) => string = caption): Uint8Array {
  const members = Array.from({ length: records }, (_, n) => [...tarMember(`${shard}-${n}.txt`, new TextEncoder().encode(text(shard * 1000 + n)))]).flat();
  return Buffer.concat([...members, tarEnd()]);
}
