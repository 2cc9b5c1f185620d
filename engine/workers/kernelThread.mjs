// A thread of the kernel pool: answers one call after the other.
import { parentPort } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
const { runHere } = await import('./kernel.ts');
const { plainKernelError } = await import('./kernelError.ts');

parentPort.on('message', async ({ id, kernel, args }) => {
  try {
    const value = await runHere(kernel, ...args);
    parentPort.postMessage({ id, value }, buffersOf(value));
  } catch (error) {
    parentPort.postMessage({ id, error: plainKernelError(error) }, []);
  }
});

/** Whole buffers of the result move to the caller; parts of buffers, which may belong to more than this result, are copied. */
function buffersOf(value, found = new Set()) {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer && !Buffer.isBuffer(value) && value.byteLength === value.buffer.byteLength) found.add(value.buffer);
  } else if (Array.isArray(value) || (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype)) {
    for (const entry of Object.values(value)) if (typeof entry === 'object' && entry !== null) buffersOf(entry, found);
  }
  return [...found];
}
