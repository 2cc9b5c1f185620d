import { blockFault, type Block } from '../engine/block.js';
import { UsageError } from '../engine/errors.js';
import { sha256 } from '../engine/fingerprint.js';
import { stepsText } from '../engine/lineage.js';
import type { NamedBlock } from '../engine/proveStream.js';
import type { StoresOf } from '../engine/stage.js';

const NAME = /^steps-(\d+)-(\d+)\.lanes-(\d+)-(\d+)-of-(\d+)\.([0-9a-f]{16})\.json$/;

/**
 * Append a block to a ledger folder that all ranks share; durable when it resolves. Its name holds its steps, its lanes and the digest of its
 * content, so a block that a second lineage makes again is the same object, and a different one stands beside it.
 */
export async function appendBlock(folder: string, block: Block, stores: StoresOf): Promise<string> {
  const bytes = Buffer.from(`${JSON.stringify(block)}\n`);
  const [first, last] = [block.entries.at(0)?.lane, block.entries.at(-1)?.lane];
  const steps = [block.fromStep, block.toStep].map((step) => String(step).padStart(9, '0')).join('-');
  const url = `${folder.replace(/\/+$/, '')}/steps-${steps}.lanes-${first}-${last}-of-${block.lanes}.${sha256(bytes).slice(0, 16)}.json`;
  await stores(folder).createOnce(url, bytes);
  return url;
}

/** The blocks of a ledger folder, in order of their names. @throws UsageError when there is none */
export async function* readBlocks(folder: string, stores: StoresOf): AsyncGenerator<NamedBlock> {
  const store = stores(folder);
  const root = `${folder.replace(/\/+$/, '')}/`;
  let found = false;
  for await (const { url } of store.list(root, { maxDepth: 0 })) {
    const name = url.slice(url.lastIndexOf('/') + 1);
    const match = NAME.exec(name);
    if (match === null) continue;
    found = true;
    const [from, to, first, last] = match.slice(1, 5).map(Number) as [number, number, number, number];
    const chunks: Uint8Array[] = [];
    for await (const chunk of store.read(url)) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const fault = sha256(bytes).slice(0, 16) === match[6] ? undefined : 'its content is not what was written (its name has the digest)';
    const block: unknown = fault === undefined ? JSON.parse(bytes.toString()) : undefined;
    const problem = fault ?? blockFault(block);
    yield { name, block: problem === undefined ? (block as Block) : `damaged, ${first === last ? `lane ${first}` : `lanes ${first} to ${last}`}, ${stepsText(from, to)}: ${problem}` };
  }
  if (!found) throw new UsageError(`no ledger in ${folder}: it has no steps-*.json`);
}
