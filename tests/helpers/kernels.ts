/** Kernels for the tests of threads. */
import { SampleFault } from '../../kernels/sampleFault.js';

export const double = (numbers: Float32Array): Float32Array => numbers.map((value) => 2 * value);
export const lengthOf = (bytes: Uint8Array): number => bytes.buffer.byteLength;
export const later = (ms: number): Promise<number> => new Promise((resolve) => setTimeout(() => resolve(ms), ms));
export const spin = (ms: number): number => {
  const end = performance.now() + ms;
  while (performance.now() < end);
  return ms;
};
export const refuse = (code: string): never => {
  throw new SampleFault(code, 'as the test wants it', { byteOffset: 17 });
};
export const fail = (message: string): never => {
  throw Object.assign(new TypeError(message), { code: 'broken' });
};
/** In a thread, ends that thread alone. */
export const die = (): never => process.exit(3);
