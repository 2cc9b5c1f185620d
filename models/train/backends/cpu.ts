import type { Backend } from '../backend.js';
import { loadTf } from './loadTf.js';

/** Plain JavaScript: the slowest, and the one to hold the others against. */
export async function openCpu(): Promise<Backend> {
  const tf = await loadTf('the cpu backend');
  await tf.setBackend('cpu');
  return { name: 'cpu', tf, device: 'JavaScript', limits: {}, software: false, check: () => {}, close: async () => {} };
}
