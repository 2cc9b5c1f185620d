/** The number types that are read and written here; the format has more. */
export type SafetensorsData = Float32Array | Int32Array | Uint8Array;

export interface SafeTensor {
  readonly shape: readonly number[];
  readonly data: SafetensorsData;
}

export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, SafeTensor>;
  /** Free text; `__metadata__`. */
  readonly metadata: Readonly<Record<string, string>>;
}

const DTYPES = { F32: Float32Array, I32: Int32Array, U8: Uint8Array } as const;
type Dtype = keyof typeof DTYPES;
const METADATA = '__metadata__';
/** The reference reader refuses larger headers. */
const MAX_HEADER_BYTES = 100_000_000;

/**
 * A safetensors file, piece by piece: 8 bytes with the length of the header, the header in JSON, then the values of all tensors in order, little endian. The
 * header is filled up with spaces to a multiple of 8 bytes, as the reference writer does.
 *
 * @see https://huggingface.co/docs/safetensors, "Format"
 */
export function* encodeSafetensors({ tensors, metadata }: SafetensorsFile): Generator<Uint8Array> {
  const header: Record<string, unknown> = Object.keys(metadata).length === 0 ? {} : { [METADATA]: metadata };
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    const count = shape.reduce((size, side) => size * side, 1);
    if (count !== data.length) throw new RangeError(`safetensors: ${name} has the shape [${shape.join(', ')}] and ${data.length} values`);
    header[name] = { dtype: dtypeOf(data), shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const text = Buffer.from(JSON.stringify(header));
  const start = Buffer.alloc(8 + Math.ceil(text.length / 8) * 8, ' ');
  start.writeBigUInt64LE(BigInt(start.length - 8));
  text.copy(start, 8);
  yield start;
  for (const { data } of tensors.values()) yield new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/**
 * Read a safetensors file that is in memory; the tensors are copies.
 * @throws RangeError that says what is wrong: it is cut off, the header is no JSON, or offsets do not fit
 */
export function decodeSafetensors(bytes: Uint8Array): SafetensorsFile {
  const { header, values } = split(bytes);
  const tensors = new Map<string, SafeTensor>();
  let metadata: Record<string, string> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === METADATA) metadata = entry as Record<string, string>;
    else tensors.set(name, tensorOf(name, entry, values));
  }
  return { tensors, metadata };
}

/** The metadata alone, of the first bytes of a file, header included. @throws RangeError as `decodeSafetensors` does */
export function decodeMetadata(bytes: Uint8Array): Readonly<Record<string, string>> {
  return (split(bytes).header[METADATA] ?? {}) as Record<string, string>;
}

function split(bytes: Uint8Array): { readonly header: Record<string, unknown>; readonly values: Buffer } {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.length < 8) throw wrong(`${view.length} bytes are no file`);
  const length = Number(view.readBigUInt64LE(0));
  if (length > MAX_HEADER_BYTES || 8 + length > view.length) throw wrong(`a header of ${length} bytes in a file of ${view.length}`);
  return { header: parseHeader(view.toString('utf8', 8, 8 + length)), values: view.subarray(8 + length) };
}

function parseHeader(text: string): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(text);
    if (typeof header === 'object' && header !== null) return header as Record<string, unknown>;
  } catch (cause) {
    throw wrong('the header is no JSON', cause);
  }
  throw wrong('the header is no object');
}

function tensorOf(name: string, entry: unknown, values: Buffer): SafeTensor {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as { dtype?: string; shape?: number[]; data_offsets?: number[] };
  if (dtype === undefined || !Object.hasOwn(DTYPES, dtype)) throw wrong(`${name} is of type ${String(dtype)}; ${Object.keys(DTYPES).join(', ')} are read here`);
  if (!Array.isArray(shape) || !Array.isArray(offsets) || ![...shape, ...offsets].every((value) => Number.isSafeInteger(value) && value >= 0)) throw wrong(`${name} has no shape or no offsets`);
  const kind = DTYPES[dtype as Dtype];
  const [start, end] = offsets as [number, number];
  const bytes = shape.reduce((size, side) => size * side, 1) * kind.BYTES_PER_ELEMENT;
  if (end - start !== bytes || end > values.length) throw wrong(`${name} of shape [${shape.join(', ')}] needs ${bytes} bytes, and has those from ${start} to ${end} of ${values.length}`);
  const copy = new Uint8Array(values.subarray(start, end));
  return { shape, data: new kind(copy.buffer, 0, bytes / kind.BYTES_PER_ELEMENT) };
}

function dtypeOf(data: SafetensorsData): Dtype {
  return data instanceof Float32Array ? 'F32' : data instanceof Int32Array ? 'I32' : 'U8';
}

function wrong(what: string, cause?: unknown): RangeError {
  return new RangeError(`safetensors: ${what}`, { cause });
}
