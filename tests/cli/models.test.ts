import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { readModelFiles } from '../../models/owlv2/modelFiles.js';
import { millrace } from '../helpers/cli.js';
import { fakeServer } from '../helpers/fakeServer.js';

const root = mkdtempSync(join(tmpdir(), 'millrace-models-'));
const tiny = fileURLToPath(new URL('../../models/tiny-owlv2/', import.meta.url));
const COMMIT = 'c0ffee'.padEnd(40, '0');
const content: Record<string, Buffer> = {
  'onnx/model.onnx': readFileSync(fileURLToPath(new URL('../fixtures/tiny-owlv2/teacher.onnx', import.meta.url))),
  ...Object.fromEntries(['config.json', 'preprocessor_config.json', 'tokenizer.json', 'tokenizer_config.json'].map((name) => [name, readFileSync(join(tiny, name))])),
};
/** What the stand-in does wrong. */
const trouble = { corrupt: 0, moved: '', gated: false };
const asked: { readonly path: string; readonly method: string; readonly authorization: string | undefined; readonly host: 'hub' | 'storage' }[] = [];

/** Where large files lie: another host than the hub. */
const storage = await fakeServer((request, response) => {
  asked.push({ path: request.url as string, method: request.method as string, authorization: request.headers.authorization, host: 'storage' });
  const bytes = Buffer.from(content[decodeURIComponent((request.url as string).slice(1))] as Buffer);
  if (trouble.corrupt > 0) {
    trouble.corrupt -= 1;
    bytes[1000]! ^= 1;
  }
  response.writeHead(200, { 'content-length': String(bytes.length), etag: '"of-the-storage-alone"' });
  response.end(bytes);
});
/** The hub: revisions, its own digests, small files itself, large ones by redirect. */
const hub = await fakeServer((request, response) => {
  const path = request.url as string;
  asked.push({ path, method: request.method as string, authorization: request.headers.authorization, host: 'hub' });
  const match = /^\/Xenova\/owlv2-base-patch16-ensemble\/resolve\/([^/]+)\/(.*)$/.exec(path);
  const file = match?.[2] ?? '';
  if (trouble.gated) {
    response.writeHead(401);
    return void response.end('Access to this model is restricted');
  }
  if (match === null || !['main', COMMIT].includes(match[1] as string) || content[file] === undefined) {
    response.writeHead(404);
    return void response.end('Entry not found');
  }
  const bytes = content[file];
  const sha1 = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
  const common = { 'x-repo-commit': trouble.moved === '' ? COMMIT : trouble.moved };
  if (file.endsWith('.onnx')) {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    response.writeHead(302, { ...common, location: `${storage.origin}/${encodeURIComponent(file)}`, 'x-linked-etag': `"${sha256}"`, 'x-linked-size': String(bytes.length), etag: '"xet-hash"' });
    return void response.end();
  }
  response.writeHead(200, { ...common, etag: `"${sha1}"`, 'content-length': String(bytes.length) });
  response.end(request.method === 'HEAD' ? undefined : bytes);
});
process.env.HF_ENDPOINT = hub.origin;
process.env.HF_TOKEN = 'token-of-the-test';
test.after.always(async () => {
  await Promise.all([hub.close(), storage.close()]);
  rmSync(root, { recursive: true, force: true });
});
const pull = (folder: string, ...more: readonly string[]) => millrace(['models', 'pull', 'owlv2-base-ensemble', '--folder', folder, ...more]);

test.serial('pull: a model that can be used, its commit and digests recorded; a second pull brings nothing', async (t) => {
  const folder = join(root, 'first');
  const first = await pull(folder, '--json');
  t.is(first.code, 0, first.err);
  const { revision, folder: at } = JSON.parse(first.out) as { revision: string; folder: string };
  t.is(revision, COMMIT);
  const model = await readModelFiles(at);
  t.is(model.graphs.kind, 'merged');
  for (const [name, bytes] of Object.entries(content)) t.deepEqual(readFileSync(join(at, name)), bytes, name);
  const record = JSON.parse(readFileSync(join(at, 'model.json'), 'utf8')) as { revision: string; files: Record<string, { sha256: string }> };
  t.is(record.revision, COMMIT);
  t.is(record.files['onnx/model.onnx']?.sha256, '44d0e43e902e72402a7601edd3c813aecf73c9416f3efa224c83a3627e33f4e7');
  t.true(asked.filter(({ host }) => host === 'storage').every(({ authorization }) => authorization === undefined), 'the token is for the hub alone');
  t.true(asked.filter(({ host }) => host === 'hub').every(({ authorization }) => authorization === 'Bearer token-of-the-test'));

  asked.length = 0;
  const second = await pull(folder);
  t.is(second.code, 0, second.err);
  t.deepEqual(asked.filter(({ method }) => method === 'GET'), []);
  t.true(asked.every(({ path }) => path.includes(COMMIT)), 'by the recorded commit, whatever main is now');
  const listed = JSON.parse((await millrace(['models', 'list', '--folder', folder, '--json'])).out) as { models: { name: string; pulled?: { revision: string } }[] };
  t.deepEqual(listed.models.filter(({ pulled }) => pulled !== undefined).map(({ name, pulled }) => [name, pulled?.revision]), [['owlv2-base-ensemble', COMMIT]]);
  t.regex((await millrace(['models', 'list', '--folder', folder])).out, /owlv2-base-ensemble .* here: /);
});

test.serial('bytes that are not those the hub told are pulled again, and never stand under their name', async (t) => {
  const folder = join(root, 'corrupt');
  trouble.corrupt = 1;
  t.is((await pull(folder)).code, 0);
  const broken = join(root, 'broken');
  trouble.corrupt = 100;
  const { code, err } = await pull(broken);
  trouble.corrupt = 0;
  t.is(code, 2);
  t.regex(err, /not those the hub told/);
  t.false(existsSync(join(broken, 'owlv2-base-ensemble/onnx/model.onnx')));
  t.deepEqual(readdirSync(join(broken, 'owlv2-base-ensemble/onnx')), [], 'nothing half is left');
});

test.serial('a commit that has another content than at the first pull is refused; a damaged file is pulled again', async (t) => {
  const folder = join(root, 'changed');
  t.is((await pull(folder)).code, 0);
  const at = join(folder, 'owlv2-base-ensemble');
  writeFileSync(join(at, 'config.json'), 'damaged');
  t.is((await pull(folder)).code, 0);
  t.deepEqual(readFileSync(join(at, 'config.json')), content['config.json']);
  const before = content['config.json'] as Buffer;
  content['config.json'] = Buffer.concat([before, Buffer.from(' ')]);
  const { code, err } = await pull(folder);
  content['config.json'] = before;
  t.is(code, 2);
  t.regex(err, /a commit cannot change/);
});

test.serial('what goes wrong: one line, exit 2, no token', async (t) => {
  trouble.gated = true;
  const gated = await pull(join(root, 'gated'));
  trouble.gated = false;
  t.is(gated.code, 2);
  t.regex(gated.err, /terms accepted/);
  t.notRegex(gated.err, /token-of-the-test/);
  const none = await pull(join(root, 'none'), '--revision', 'v9');
  t.is(none.code, 2);
  t.regex(none.err, /check the name and the revision/);
  for (const args of [['models'], ['models', 'pull'], ['models', 'pull', 'nonsense'], ['models', 'fetch', 'x']]) t.is((await millrace(args)).code, 2, args.join(' '));
});
