import { StageError } from '../../engine/errors.js';
import type { Detector } from '../../models/detector.js';
import { textCache, type CachedEncoder } from './textCache.js';

/** A loaded detector and the texts that it has encoded. */
export interface Teacher {
  readonly detector: Detector;
  readonly encode: CachedEncoder;
}

/** One teacher for all lanes of the process. */
export interface LazyTeacher {
  /** Does something with the teacher, which the first call loads; a load that failed is tried again by the next. @throws StageError */
  use<T>(work: (teacher: Teacher) => Promise<T>): Promise<T>;
  /** Waits for the work under way, then frees the detector. `use` would load it again. */
  close(): Promise<void>;
}

/** @param maxCachedTexts of detectors whose texts are cacheable */
export function lazyTeacher(stage: string, loadTeacher: () => Promise<Detector>, maxCachedTexts: number): LazyTeacher {
  let loading: Promise<Teacher> | undefined;
  const working = new Set<Promise<unknown>>();

  async function load(): Promise<Teacher> {
    try {
      const detector = await loadTeacher();
      return { detector, encode: textCache((texts) => detector.encodeTexts(texts), detector.textsAreCacheable ? maxCachedTexts : 0) };
    } catch (error) {
      loading = undefined;
      throw new StageError(stage, undefined, error);
    }
  }

  return {
    async use(work) {
      const done = (loading ??= load()).then(work);
      working.add(done);
      try {
        return await done;
      } finally {
        working.delete(done);
      }
    },
    async close() {
      const teacher = loading;
      loading = undefined;
      await Promise.allSettled(working);
      // A teacher that never came needs no closing; whoever asked for it was told.
      await (await teacher?.catch(() => undefined))?.detector.close();
    },
  };
}
