import test from 'ava';
import { COPY, millrace } from '../helpers/cli.js';

const explain = (...more: string[]) => millrace(['explain', COPY, '--in', 'nothing/*.tar', '--out', 'nowhere', ...more]);

test('prints each stage with its arity and options, the floor and the budget; reads and writes nothing', async (t) => {
  const { code, out, err } = await explain();
  t.deepEqual([code, err], [0, '']);
  const lines = out.split('\n');
  for (const [index, [name, arity]] of [['readTar', 'source'], ['keep', 'filter'], ['slow', 'one'], ['trouble', 'one'], ['writeTar', 'sink']].entries()) {
    t.true((lines[index] as string).startsWith(` ${index}  ${name} [${arity}] {`), lines[index]);
  }
  t.regex(out, /^floor: .* in each of 1 lane process\(es\); budget: 1\.0 GiB each$/m);
});

test('the budget is shared by the workers, and wrong options are refused as in run', async (t) => {
  t.regex((await explain('--workers', '4', '--max-in-flight-bytes', '2G')).out, /in each of 4 lane process\(es\); budget: 512\.0 MiB each/);
  for (const [more, message] of [
    [['--workers', 'x'], /--workers must be an integer/],
    [['--max-in-flight-bytes', '5%'], /--max-in-flight-bytes must be/],
    [['--trouble', 'x'], /--trouble must be one of/],
    [['--json'], /unknown option '--json'/],
  ] as [string[], RegExp][]) {
    const { code, out, err } = await explain(...more);
    t.deepEqual([code, out], [2, '']);
    t.regex(err, message);
  }
});
