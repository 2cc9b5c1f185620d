import { StoreError, type ObjectStore } from '../storage/objectStore.js';

/** Where the things of an output stand. Everything below `_millrace/` is ours alone and outside the compared bytes. */
export interface OutputLayout {
  readonly root: string;
  readonly plan: string;
  readonly scratch: string;
  readonly claims: string;
  readonly runs: string;
  mark(lane: number): string;
  claim(lane: number): string;
  at(name: string): string;
}

export const laneName = (lane: number): string => String(lane).padStart(5, '0');

export function outputLayout(url: string): OutputLayout {
  const root = url.endsWith('/') ? url : `${url}/`;
  return {
    root,
    plan: `${root}_millrace/plan.json`,
    scratch: `${root}_millrace/tmp/`,
    claims: `${root}_millrace/claims/`,
    runs: `${root}_millrace/runs/`,
    mark: (lane) => `${root}${laneName(lane)}_stats.json`,
    claim: (lane) => `${root}_millrace/claims/${laneName(lane)}.json`,
    at: (name) => `${root}${name}`,
  };
}

/** The name of a lane's part: `00007.tar`, spills `00007-01.tar`; later attempts that differ `00007-a1.tar`, `00007-01-a1.tar`. */
export function partName(lane: number, spill: number, attempt: number): string {
  return `${laneName(lane)}${spill === 0 ? '' : `-${String(spill).padStart(2, '0')}`}${attempt === 0 ? '' : `-a${attempt}`}.tar`;
}

/** Whether a mark of this lane may list a part of this name: no mark reaches into another lane, or out of the output. */
export function isPartOf(lane: number, name: string): boolean {
  return name.startsWith(laneName(lane)) && /^(-\d{2,})?(-a\d+)?\.tar$/.test(name.slice(laneName(lane).length));
}

export async function readAll(store: ObjectStore, url: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of store.read(url)) chunks.push(chunk);
  return chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks);
}

/** The content of an object; undefined when it is not there. */
export async function readIfThere(store: ObjectStore, url: string): Promise<Uint8Array | undefined> {
  try {
    return await readAll(store, url);
  } catch (error) {
    if (error instanceof StoreError && error.code === 'not-found') return undefined;
    throw error;
  }
}
