/** Prints the bytes in use at the end of each of ten epochs of a stream, as JSON. Run with --expose-gc. */
import { openStream } from '../../engine/stream.js';
import everything from './recipes/everything.js';
import { captionStores } from './streams.js';

const stores = await captionStores({ web: [400, 300, 500, 350], more: [300, 250] });
const pipe = everything.build({ in: 'memory://web/{0..3}.tar', more: 'memory://more/{0..1}.tar', epochs: 10, delays: 0 });
const stream = await openStream(pipe, { seed: 1, lanes: 16, stores, signal: new AbortController().signal, maxInFlightBytes: 1e9 });
const bytes: number[] = [];
let epoch = 0;
const measure = (): void => {
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, external } = process.memoryUsage();
  bytes.push(heapUsed + external);
};
for await (const { contributions } of stream.steps()) {
  const latest = Math.max(epoch, ...contributions.flatMap((entry) => entry.samples.map(({ origin }) => origin.pass)));
  for (; epoch < latest; epoch += 1) measure();
}
measure();
process.stdout.write(JSON.stringify(bytes));
