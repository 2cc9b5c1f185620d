import test from 'ava';
import { shownBytes } from '../../../cli/inspect/shownBytes.js';

test('bytes as they are; floats by the usual range that they are in, others stretched', (t) => {
  const bytes = Uint8Array.of(3);
  t.is(shownBytes(bytes), bytes);
  t.deepEqual([...shownBytes(Float32Array.of(0, 0.5, 0.75))], [0, 128, 191]);
  t.deepEqual([...shownBytes(Float32Array.of(-0.5, 0.5))], [64, 191]);
  t.deepEqual([...shownBytes(Float32Array.of(7, 200))], [7, 200]);
  t.deepEqual([...shownBytes(Float32Array.of(-10, 0, 10))], [0, 128, 255]);
});
