import { SampleFault } from '../kernels/sampleFault.js';

/** A field as its file holds it: the bytes untouched, and the extension that they came under. */
export interface Encoded {
  readonly data: Uint8Array;
  /** Lower case, without the leading dot: `jpg`, `image.png`. */
  readonly extension: string;
}

/** How a field stands in a file of a sample: which extensions it is read from, and how it is written. */
export interface FieldCodec<T> {
  /** Exact extensions, or `prefix.*`, in order of preference. */
  readonly extensions: readonly string[];
  /** A sample without the file gets `undefined` instead of a fault. */
  readonly optional: boolean;
  /** Everything the decoded value depends on, for the fingerprint. */
  readonly options: object;
  /** @throws SampleFault */
  decode(file: Encoded): T;
  encode(value: T): Encoded;
}

/** The type that a codec reads; with the codecs of a sample, its fields. */
export type FieldValue<C> = C extends FieldCodec<infer T> ? T : never;
export type FieldValues<F extends Record<string, FieldCodec<unknown>>> = { readonly [K in keyof F]: FieldValue<F[K]> };

/** The bytes as they are, with their extension: images stay untouched from shard to shard. */
export function bytes(...extensions: readonly string[]): FieldCodec<Encoded> {
  return codec('bytes', extensions, {}, (file) => file, (value) => value);
}

export interface TextOptions {
  /** Longer texts are refused, `text-too-long`. @default 1 MiB */
  readonly maxBytes?: number;
}

/** UTF-8 text, byte for byte: no normalisation, a BOM stays. Bytes that are not UTF-8 are refused, `text-not-utf8`. */
export function utf8(extension: string, { maxBytes = 2 ** 20 }: TextOptions = {}): FieldCodec<string> {
  return codec(
    'utf8',
    [extension],
    { maxBytes },
    ({ data }) => decodeText(data, maxBytes, extension),
    (value) => ({ data: new TextEncoder().encode(value), extension }),
  );
}

export interface JsonOptions extends TextOptions {
  /** Deeper nesting is refused, `json-too-deep`. @default 64 */
  readonly maxDepth?: number;
}

/** JSON, written with an indent of 1 and a final newline. Anything unreadable is refused, `json-invalid`. */
export function json<T = unknown>(extension: string, { maxBytes = 16 * 2 ** 20, maxDepth = 64 }: JsonOptions = {}): FieldCodec<T> {
  return codec(
    'json',
    [extension],
    { maxBytes, maxDepth },
    ({ data }) => {
      const text = decodeText(data, maxBytes, extension);
      checkDepth(text, maxDepth);
      try {
        return JSON.parse(text) as T;
      } catch (cause) {
        throw new SampleFault('json-invalid', `.${extension} is not JSON: ${(cause as Error).message}`, { cause });
      }
    },
    (value) => ({ data: new TextEncoder().encode(`${JSON.stringify(value, undefined, 1)}\n`), extension }),
  );
}

/** A field that a sample may lack. */
export function optional<T>(inner: FieldCodec<T>): FieldCodec<T | undefined> {
  return {
    ...inner,
    optional: true,
    encode(value) {
      if (value === undefined) throw new TypeError('an absent field has no bytes');
      return inner.encode(value);
    },
  };
}

/** The file of a sample that a codec reads, by its preference; undefined if there is none. */
export function chooseFile<F extends { readonly extension: string }>(files: readonly F[], extensions: readonly string[]): F | undefined {
  for (const extension of extensions) {
    const found = files.find((file) =>
      extension.endsWith('.*') ? file.extension.startsWith(extension.slice(0, -1)) : file.extension === extension,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

function codec<T>(kind: string, extensions: readonly string[], options: object, decode: (file: Encoded) => T, encode: (value: T) => Encoded): FieldCodec<T> {
  if (extensions.length === 0) throw new TypeError(`${kind}: name at least one extension`);
  for (const extension of extensions) {
    if (!/^[a-z0-9_-]+(\.[a-z0-9_-]+)*(\.\*)?$/.test(extension)) {
      throw new TypeError(`${kind}: an extension is lower case and without its leading dot, such as jpg, seg.png or image.*, got ${JSON.stringify(extension)}`);
    }
  }
  return { extensions, optional: false, options: { kind, extensions, ...options }, decode, encode };
}

function decodeText(data: Uint8Array, maxBytes: number, extension: string): string {
  if (data.byteLength > maxBytes) throw new SampleFault('text-too-long', `.${extension} has ${data.byteLength} bytes, the limit is ${maxBytes}`);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);
  } catch (cause) {
    throw new SampleFault('text-not-utf8', `.${extension} is not UTF-8`, { cause });
  }
}

/** JSON.parse recurses natively: refuse deep nesting by its brackets, before it overflows the stack. */
function checkDepth(text: string, maxDepth: number): void {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === 0x5c) at += 1;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x5b || code === 0x7b) {
      depth += 1;
      if (depth > maxDepth) throw new SampleFault('json-too-deep', `JSON nested deeper than ${maxDepth}`);
    } else if (code === 0x5d || code === 0x7d) depth -= 1;
  }
}
