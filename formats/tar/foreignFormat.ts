const SIGNATURES: readonly (readonly [name: string, signature: string])[] = [
  ['gzip', '\x1f\x8b'],
  ['zstd', '\x28\xb5\x2f\xfd'],
  ['xz', '\xfd7zXZ\0'],
  ['bzip2', 'BZh'],
  ['zip', 'PK\x03\x04'],
  ['Parquet', 'PAR1'],
  ['Arrow', 'ARROW1'],
  ['HDF5', '\x89HDF'],
  ['PNG', '\x89PNG'],
  ['JPEG', '\xff\xd8\xff'],
  ['HTML or XML', '<'],
  ['JSON', '{'],
];

/** The name of a well-known format that these first bytes are of, for the message of `tar-not-a-tar`; undefined: none of them. */
export function foreignFormat(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.subarray(0, 16)).toString('latin1');
  return SIGNATURES.find(([, signature]) => start.startsWith(signature))?.[0];
}
