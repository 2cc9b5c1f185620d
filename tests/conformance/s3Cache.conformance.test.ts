/** The cache of remote stores, at length: processes killed at 50 random moments, two at a time on one folder, with room and on a full disk. */
import test, { type ExecutionContext } from 'ava';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { counterRandom } from '../../kernels/random.js';
import { damagedBlocks, filesOf } from '../helpers/damagedBlocks.js';
import { webServer } from '../helpers/webServer.js';
import { pattern } from '../storage/conformance.js';

const root = mkdtempSync(join(tmpdir(), 'millrace-cache-kills-'));
const OBJECTS = 4;
mkdirSync(join(root, 'objects'));
for (let n = 0; n < OBJECTS; n += 1) writeFileSync(join(root, 'objects', String(n)), pattern(400_000 + n));
const web = await webServer(join(root, 'objects'));
test.after.always(async () => {
  await web.close();
  rmSync(root, { recursive: true, force: true });
});

interface Reader {
  readonly child: ChildProcess;
  /** Reads that it found right so far; it ends at the first that is not. */
  reads: number;
  out: string;
}

/** Reads all objects through the cache, holding every one against what it must be: exit 9 where it is not. */
function reader(folder: string, maxBytes: number, how: 'once' | 'forever', shell = ''): Reader {
  const script = fileURLToPath(new URL('../storage/cachedReadChild.ts', import.meta.url));
  const command = [process.execPath, '--import=tsx', script, 'none', folder, String(maxBytes), `${web.origin}/`, String(OBJECTS), how].map((word) => `'${word}'`).join(' ');
  const child = spawn('bash', ['-c', `${shell}exec ${command}`], { stdio: ['ignore', 'pipe', 'inherit'] });
  const made: Reader = { child, reads: 0, out: '' };
  child.stdout!.on('data', (chunk: Buffer) => {
    const text = chunk.toString();
    made.out += /is off/.test(text) ? text : '';
    made.reads += text.match(/^read /gm)?.length ?? 0;
  });
  return made;
}

/** Two readers at work, of which one is killed at a random moment, and a new one put in its place. */
async function killed(t: ExecutionContext, kills: number, folder: string, start: () => Reader): Promise<{ readonly reads: number; readonly outs: readonly string[] }> {
  const random = counterRandom(folder, kills);
  const all = [start(), start()];
  const alive = [...all];
  const atWork = async ({ child, reads }: Reader, now: () => number): Promise<void> => {
    while (now() === reads) {
      if (child.exitCode !== null) return void t.fail(`a reader ended with ${child.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };
  for (let kill = 0; kill < kills; kill += 1) {
    for (const one of alive) await atWork(one, () => one.reads);
    await new Promise((resolve) => setTimeout(resolve, random.integer(0, 30)));
    const victim = alive[kill % 2] as Reader;
    const gone = once(victim.child, 'exit');
    victim.child.kill('SIGKILL');
    t.deepEqual(await gone, [null, 'SIGKILL'], 'no reader had found anything wrong');
    t.deepEqual(damagedBlocks(folder), [], `kill ${kill}`);
    all.push((alive[kill % 2] = start()));
  }
  for (const { child } of alive) {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    t.deepEqual(await gone, [null, 'SIGKILL']);
  }
  return { reads: all.reduce((sum, { reads }) => sum + reads, 0), outs: all.map(({ out }) => out) };
}

async function finished(t: ExecutionContext, last: Reader): Promise<void> {
  t.deepEqual(await once(last.child, 'close'), [0, null], 'all it read is right');
  t.is(last.reads, OBJECTS);
}

test.serial('killed at 40 random moments, two processes on one folder: never a damaged or half file', async (t) => {
  const folder = join(root, 'kills');
  mkdirSync(folder);
  const { reads, outs } = await killed(t, 40, folder, () => reader(folder, 600_000, 'forever'));
  await finished(t, reader(folder, 600_000, 'once'));
  t.deepEqual(filesOf(folder).filter((path) => path.includes('.partial-')), [], 'what the killed left unfinished is removed');
  t.true(outs.every((out) => out === ''), 'and it was never turned off');
  t.log(`${reads} objects read right`);
});

test.serial('killed at 10 random moments on a disk that is full, two processes: never a damaged or half file, one warning each', async (t) => {
  const folder = join(root, 'full');
  mkdirSync(folder);
  // A disk of 1 MB for 1.6 MB of blocks; who may not mount has files of 40 kB at most for blocks of 50.
  const isMounted = mount(folder);
  const start = (how: 'once' | 'forever'): Reader => reader(folder, 100_000_000, how, isMounted ? '' : 'ulimit -f 40; ');
  try {
    const { reads, outs } = await killed(t, 10, folder, () => start('forever'));
    t.true(outs.some((out) => /ENOSPC|EFBIG/.test(out)), outs.join(''));
    const last = start('once');
    await finished(t, last);
    t.is(last.out.match(/is off from now on/g)?.length, 1, last.out);
    t.deepEqual(damagedBlocks(folder), []);
    t.log(`${isMounted ? 'a full tmpfs' : 'a limit of file sizes'}, ${reads} objects read right`);
  } finally {
    if (isMounted) execFileSync('umount', [folder]);
  }
});

function mount(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'millrace-test', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
