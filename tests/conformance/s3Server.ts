import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ObjectStore } from '../../storage/objectStore.js';

/**
 * S3 servers that are not ours:
 * - `radosgw`: Ceph's gateway, one monitor and one store in memory. Conditional puts; ignores conditions of copies and of multipart uploads.
 * - `versitygw`: a gateway to a folder. Conditional puts and multipart uploads; ignores conditions of copies.
 */
export type S3ServerName = 'radosgw' | 'versitygw';

export interface S3Server {
  readonly name: S3ServerName;
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** The variables by which every S3 client finds it. */
  readonly env: Readonly<Record<string, string>>;
  /** SIGKILL to the gateway; what is stored stays. */
  kill(): Promise<void>;
  /** The gateway again, at the same port. */
  restart(): Promise<void>;
  /** End all its processes and remove its folder. */
  stop(): Promise<void>;
}

const bin = process.env.MILLRACE_S3_BIN ?? fileURLToPath(new URL('../../.s3', import.meta.url));

/** Start a server in a temporary folder, with keys made up for it. It ends with this process, at the latest. @throws when it does not start */
export async function startS3Server(name: S3ServerName): Promise<S3Server> {
  execFileSync(fileURLToPath(new URL('installS3Servers.sh', import.meta.url)), [bin], { stdio: ['ignore', 'ignore', 'inherit'] });
  const folder = mkdtempSync(join(tmpdir(), `millrace-${name}-`));
  const keys = { accessKeyId: `AK${randomBytes(9).toString('hex').toUpperCase()}`, secretAccessKey: randomBytes(20).toString('hex') };
  const port = await freePort();
  const programs = new Programs(folder);
  process.once('exit', () => programs.endNow());
  try {
    const gateway = name === 'radosgw' ? await ceph(programs, folder, port, keys) : versity(folder, port, keys);
    const endpoint = `http://127.0.0.1:${port}`;
    const start = async (): Promise<void> => {
      programs.start('gateway', gateway.command, gateway.args, gateway.env);
      await answers(endpoint, () => programs.log('gateway'), () => programs.isAlive('gateway'));
    };
    await start();
    return {
      name,
      endpoint,
      ...keys,
      env: {
        AWS_ENDPOINT_URL: endpoint, AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: keys.accessKeyId, AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
        AWS_EC2_METADATA_DISABLED: 'true', AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      },
      kill: () => programs.end('gateway', 'SIGKILL'),
      restart: start,
      async stop() {
        await programs.endAll();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await programs.endAll();
    throw error;
  }
}

/** The processes of one server, by name; each ends by its own pid. */
class Programs {
  readonly #children = new Map<string, ChildProcess>();

  constructor(readonly folder: string) {}

  start(name: string, command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): void {
    const out = openSync(join(this.folder, `${name}.out`), 'a');
    // Whoever kills the tests (a time-out, Ctrl-C twice) must not leave servers behind: the kernel ends them with their parent.
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', command, ...args], { stdio: ['ignore', out, out], env: { ...process.env, ...env } });
    child.on('error', () => {});
    this.#children.set(name, child);
  }

  log = (name: string): string => readFileSync(join(this.folder, `${name}.out`), 'utf8').slice(-2000);

  isAlive(name: string): boolean {
    const child = this.#children.get(name);
    return child?.pid !== undefined && child.exitCode === null && child.signalCode === null;
  }

  async end(name: string, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (!this.isAlive(name)) return;
    const child = this.#children.get(name) as ChildProcess;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  async endAll(): Promise<void> {
    for (const name of [...this.#children.keys()].toReversed()) await this.end(name, 'SIGKILL');
  }

  endNow(): void {
    for (const child of this.#children.values()) child.kill('SIGKILL');
  }
}

interface Gateway {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

function versity(folder: string, port: number, { accessKeyId, secretAccessKey }: Keys): Gateway {
  mkdirSync(join(folder, 'data'));
  return { command: join(bin, 'versitygw'), args: ['--port', `127.0.0.1:${port}`, '--quiet', '--keep-alive', 'posix', join(folder, 'data')], env: { ROOT_ACCESS_KEY: accessKeyId, ROOT_SECRET_KEY: secretAccessKey } };
}

/** One monitor, one store in memory (4 GiB at most), no authentication between them. About 5 s. */
async function ceph(programs: Programs, folder: string, port: number, { accessKeyId, secretAccessKey }: Keys): Promise<Gateway> {
  const [fsid, osd] = [randomUUID(), randomUUID()];
  const monitor = `[v2:127.0.0.1:${await freePort()}]`;
  const at = (name: string): string => join(folder, name);
  for (const name of ['mon', 'osd', 'run']) mkdirSync(at(name));
  writeFileSync(at('ceph.conf'), `[global]
fsid = ${fsid}
mon host = ${monitor}
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind msgr1 = false
auth cluster required = none
auth service required = none
auth client required = none
ms mon client mode = crc
paxos propose interval = 0.02
paxos min wait = 0.01
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
mon allow pool size one = true
mon max pg per osd = 1000
mon data avail warn = 0
mon data avail crit = 0
osd crush chooseleaf type = 0
osd objectstore = memstore
memstore device bytes = ${4 * 2 ** 30}
run dir = ${at('run')}
admin socket =
log file = ${folder}/$name.log
mon data = ${at('mon')}
osd data = ${at('osd')}
[client.rgw]
ms mon client mode = crc
rgw frontends = beast endpoint=127.0.0.1:${port}
rgw run sync thread = false
rgw enable lc threads = false
rgw override bucket index max shards = 1
rgw dynamic resharding = false
rgw thread pool size = 64
`);
  const conf = ['-c', at('ceph.conf'), '-k', at('keyring')];
  const run = (command: string, args: readonly string[], input?: string): void => {
    try {
      execFileSync(command, args, { stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'], timeout: 60_000, ...(input === undefined ? {} : { input }) });
    } catch (cause) {
      throw new Error(`${command} ${args.join(' ')}: ${String((cause as { stderr?: Buffer }).stderr ?? cause)}`, { cause });
    }
  };
  run('ceph-authtool', ['--create-keyring', at('keyring'), '--gen-key', '-n', 'mon.', '--cap', 'mon', 'allow *']);
  for (const [name, caps] of [['client.admin', ['mon', 'osd', 'mgr']], ['osd.0', ['mon', 'osd']], ['client.rgw', ['mon', 'osd']]] as const) {
    run('ceph-authtool', [at('keyring'), '--gen-key', '-n', name, ...caps.flatMap((kind) => ['--cap', kind, 'allow *'])]);
  }
  run('monmaptool', ['--create', '--fsid', fsid, '--addv', 'a', monitor, at('monmap')]);
  run('ceph-mon', [...conf, '--mkfs', '-i', 'a', '--monmap', at('monmap')]);
  programs.start('mon', 'ceph-mon', [...conf, '-i', 'a', '-f']);
  run('ceph-osd', [...conf, '-i', '0', '--mkfs', '--osd-uuid', osd, '--monmap', at('monmap'), '--no-mon-config']);
  run('ceph', conf, `osd new ${osd} 0\nosd crush add osd.0 1 host=h root=default\n`);
  programs.start('osd', 'ceph-osd', [...conf, '-i', '0', '-f', '--no-mon-config']);
  run('radosgw-admin', [...conf, 'user', 'create', '--uid=millrace', '--display-name=millrace', `--access-key=${accessKeyId}`, `--secret-key=${secretAccessKey}`]);
  return { command: 'radosgw', args: [...conf, '-n', 'client.rgw', '-f', '--no-mon-config'] };
}

/** Asked of the system; another process may take it meanwhile, and then the server says so and the suite fails. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** The tars of a folder as objects below `to`. */
export async function uploadFolder(store: ObjectStore, folder: string, to: string): Promise<void> {
  for (const name of readdirSync(folder).filter((entry) => entry.endsWith('.tar'))) {
    const writer = await store.openWrite(`${to}/${name}`);
    for await (const chunk of createReadStream(`${folder}/${name}`)) await writer.write(chunk as Uint8Array);
    await writer.close();
  }
}

async function answers(endpoint: string, log: () => string, isAlive: () => boolean): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await (await fetch(endpoint)).arrayBuffer();
      return;
    } catch (cause) {
      if (!isAlive() || tries > 600) throw new Error(`no S3 server at ${endpoint}:\n${log()}`, { cause });
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
