import { tarEnd, tarMember } from '../../formats/tar/tarWriter.js';
import type { ObjectStore } from '../../storage/objectStore.js';

/** What a made-up record is; the copy recipe delivers, filters (no caption) or quarantines (no caption file, no image, bad UTF-8) it. */
export type RecordKind = 'good' | 'empty' | 'no-text' | 'no-image' | 'bad-text';

export interface ShardOptions {
  /** Of record `n`. @default 'good' */
  readonly kind?: (n: number) => RecordKind;
  readonly imageBytes?: number;
}

/** Every third record is filtered or at fault, in turn. */
export const mixedKinds = (n: number): RecordKind => (n % 3 !== 1 ? 'good' : ((['empty', 'no-text', 'bad-text', 'no-image'] as const)[Math.floor(n / 3) % 4] as RecordKind));

/** A WebDataset shard of `records` made-up records, `s<shard>r<n>.jpg` and `.txt`: a function of its arguments. */
export function shardBytes(shard: number, records: number, { kind = () => 'good', imageBytes = 600 }: ShardOptions = {}): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (let n = 0; n < records; n += 1) {
    const key = `s${shard}r${n}`;
    const what = kind(n);
    const image = Uint8Array.from({ length: imageBytes + n }, (_, at) => (at * 31 + n * 7 + shard) & 0xff);
    const text = what === 'empty' ? '' : `caption ${n} of shard ${shard}`;
    if (what !== 'no-image') pieces.push(...tarMember(`${key}.jpg`, image));
    if (what !== 'no-text') pieces.push(...tarMember(`${key}.txt`, what === 'bad-text' ? Uint8Array.of(0xff, 0xfe, 0x41) : new TextEncoder().encode(text)));
  }
  return Buffer.concat([...pieces, tarEnd()]);
}

export async function putObject(store: ObjectStore, url: string, bytes: Uint8Array): Promise<void> {
  const writer = await store.openWrite(url);
  await writer.write(bytes);
  await writer.close();
}

/** Everything of an output that is compared: name to latin1 text of its bytes, without what lies below `_millrace/`. */
export async function comparedObjects(store: ObjectStore, root: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { url } of store.list(root)) {
    if (url.startsWith(`${root}_millrace/`)) continue;
    const chunks: Uint8Array[] = [];
    for await (const chunk of store.read(url)) chunks.push(chunk);
    found[url.slice(root.length)] = Buffer.concat(chunks).toString('latin1');
  }
  return found;
}
