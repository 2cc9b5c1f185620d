/**
 * A process that writes, for fileStore.test.ts: `writeChild.ts <url> <bytes> [as <uid>]`. It writes in pieces of 16 KiB, says "wrote" after the
 * first one, and answers with `{ code, message }` of the failure, after an abort, or null.
 */
import { fileStore } from '../../storage/fileStore.js';
import { StoreError, type ObjectWriter } from '../../storage/objectStore.js';

const [, , url, bytes, as, uid] = process.argv;
if (as === 'as') process.seteuid?.(Number(uid));
const answer = await attempt(url!, Number(bytes));
if (process.send === undefined) process.stdout.write(JSON.stringify(answer));
else process.send(answer, () => process.disconnect());

async function attempt(target: string, total: number): Promise<{ code: string; message: string } | null> {
  let writer: ObjectWriter | undefined;
  try {
    writer = await fileStore().openWrite(target);
    for (let at = 0; at < total; at += 16_384) {
      await writer.write(new Uint8Array(Math.min(16_384, total - at)));
      if (at === 0) process.send?.('wrote');
    }
    await writer.close();
    return null;
  } catch (error) {
    await writer?.abort();
    if (error instanceof StoreError) return { code: error.code, message: error.message };
    throw error;
  }
}
