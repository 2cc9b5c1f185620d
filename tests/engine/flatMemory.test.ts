/** Memory is flat over ten epochs of a stream with filter, window and shuffle. `bench/streamScale.ts` is the long version. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';

test('heap and buffers after ten epochs are those after three, within a tenth', async (t) => {
  const script = fileURLToPath(new URL('../helpers/tenEpochs.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', '--import', 'tsx', script]);
  const bytes = JSON.parse(stdout) as number[];
  t.is(bytes.length, 10);
  const early = Math.max(...bytes.slice(1, 4));
  t.true(Math.max(...bytes.slice(7)) < 1.1 * early, bytes.map((size) => `${(size / 1e6).toFixed(2)} MB`).join(' '));
  t.true(early > 1e6 && early < 200e6);
});
