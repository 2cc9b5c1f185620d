import test from 'ava';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { JSON_FILES, splitFolder } from './tiny.js';

const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

test('the digests in the README are those of the files', (t) => {
  const readme = readFileSync(join(splitFolder, 'README.md'), 'utf8');
  const listed = new Map([...readme.matchAll(/^\| `([^`]+)` \|.*\| `([0-9a-f]{64})` \|$/gm)].map(([, name, digest]) => [name!, digest!]));
  t.deepEqual([...listed.keys()].toSorted(), ['image.onnx', 'text.onnx', ...JSON_FILES].toSorted());
  for (const [name, digest] of listed) t.is(sha256(join(splitFolder, name)), digest, name);
  t.true(readme.includes(sha256(fileURLToPath(new URL('../../fixtures/tiny-owlv2/teacher.onnx', import.meta.url)))));
});
