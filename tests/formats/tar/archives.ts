import { tarMembers, type TarMember, type TarMembersOptions } from '../../../formats/tar/tarMembers.js';
import { tarEnd, tarHeader, tarMember } from '../../../formats/tar/tarWriter.js';
import { SampleFault } from '../../../kernels/sampleFault.js';

/** `bytes` in chunks of the given sizes, repeated to the end.. */
export async function* chunked(bytes: Uint8Array, ...sizes: number[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const chunk = bytes.slice(at, at + (sizes[i % sizes.length] ?? bytes.length));
    at += chunk.length;
    yield chunk;
  }
}

export const concat = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
export const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
export const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

/** An archive of these files, written by tarWriter. */
export function archive(files: Readonly<Record<string, string | Uint8Array>> | readonly (readonly [name: string, content: string | Uint8Array])[]): Uint8Array {
  const entries = Array.isArray(files) ? (files as [string, string | Uint8Array][]) : Object.entries(files);
  return concat(...entries.flatMap(([name, content]) => tarMember(name, typeof content === 'string' ? bytesOf(content) : content)), tarEnd());
}

/** A header block with fields overwritten and its checksum made right again. */
export function header(fields: Readonly<Record<number, string | Uint8Array>>, size = 0): Uint8Array {
  const block = tarHeader('file', size);
  for (const [at, value] of Object.entries(fields)) block.set(typeof value === 'string' ? Buffer.from(value, 'latin1') : value, Number(at));
  return withChecksum(block);
}

export function withChecksum(block: Uint8Array, sum = (bytes: Uint8Array): number => bytes.reduce((total, byte) => total + byte, 0)): Uint8Array {
  block.fill(0x20, 148, 156);
  block.set(Buffer.from(`${sum(block).toString(8).padStart(6, '0')}\0 `), 148);
  return block;
}

/** Content with its padding. */
export function padded(content: string | Uint8Array): Uint8Array {
  const bytes = typeof content === 'string' ? new Uint8Array(Buffer.from(content, 'latin1')) : content;
  return concat(bytes, new Uint8Array((512 - (bytes.length % 512)) % 512));
}

/** A pax record. */
export function pax(keyword: string, value: string): string {
  const rest = Buffer.from(` ${keyword}=${value}\n`).toString('latin1');
  let length = rest.length + 1;
  while (`${length}${rest}`.length !== length) length = `${length}${rest}`.length;
  return `${length}${rest}`;
}

/** An extension header (`x`, `g`, `L`, `K`) with its body. */
export function extension(flag: string, body: string): Uint8Array {
  return concat(header({ 156: flag }, body.length), padded(body));
}

/** Members until the end or a fault. */
export async function read(bytes: Uint8Array, options: TarMembersOptions = {}, sizes: readonly number[] = []): Promise<{ members: TarMember[]; fault: SampleFault | undefined }> {
  const members: TarMember[] = [];
  try {
    for await (const member of tarMembers(chunked(bytes, ...sizes), options)) members.push(member);
  } catch (error) {
    if (error instanceof SampleFault) return { members, fault: error };
    throw error;
  }
  return { members, fault: undefined };
}
