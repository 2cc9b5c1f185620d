import { randomBytes } from 'node:crypto';
import { rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf } from '../../engine/errors.js';
import { outputLayout } from '../../sinks/outputLayout.js';
import { makeFolder } from '../../storage/durableFolder.js';
import { fileError } from '../../storage/fileError.js';
import { localPath } from '../../storage/localPath.js';
import type { ObjectStore } from '../../storage/objectStore.js';
import { schemeOf } from '../../storage/schemeOf.js';
import type { Stores } from '../../storage/stores.js';
import { ok, problem, type Check } from './check.js';

/**
 * Whether a run could commit at `url`: write an object, link it to its name once, create a mark once. Done with scratch objects below
 * `_millrace/tmp/`, which are removed; folders that this made are removed too.
 */
export async function checkOutput(url: string, stores: Stores): Promise<Check> {
  const objects: string[] = [];
  const made: string[] = [];
  let store: ObjectStore | undefined;
  try {
    const layout = outputLayout(url);
    store = stores(layout.root);
    const scratch = `${layout.scratch}doctor-${process.pid}-${randomBytes(6).toString('hex')}`;
    if (isLocal(url)) {
      const folder = dirname(localPath(scratch));
      const folders = await makeFolder(folder).catch((cause: unknown) => {
        throw fileError(cause, folder, 'make');
      });
      made.push(...folders.toReversed());
    }
    objects.push(`${scratch}.part`, `${scratch}.linked`, `${scratch}.mark`);
    await tryCommit(store, objects as [string, string, string]);
    return ok('output', `${url} can be written, with link and create-once`);
  } catch (error) {
    return problem('output', messageOf(error), 'choose another --out, or mend what is said here; a run could not commit its shards');
  } finally {
    for (const object of objects) await store?.remove(object).catch(() => {});
    for (const folder of made) await rmdir(folder).catch(() => {});
  }
}

export function isLocal(url: string): boolean {
  return (schemeOf(url) ?? 'file') === 'file';
}

async function tryCommit(store: ObjectStore, [part, linked, mark]: readonly [string, string, string]): Promise<void> {
  const bytes = new TextEncoder().encode('millrace doctor\n');
  const writer = await store.openWrite(part);
  await writer.write(bytes);
  await writer.close();
  const { bytes: stored } = await store.stat(part);
  if (stored !== bytes.length) throw new Error(`${part} has ${stored} bytes after ${bytes.length} were written: the store does not keep what it is given`);
  if (!(await store.link(part, linked)) || (await store.link(part, linked))) throw new Error(`${linked}: the store does not link an object to a name once and only once`);
  if (!(await store.createOnce(mark, bytes)) || (await store.createOnce(mark, bytes))) throw new Error(`${mark}: the store does not create an object once and only once`);
}
