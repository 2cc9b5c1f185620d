/**
 * A fault of one sample: a pure function of its bytes and the options (corrupt image, over a limit, wrong type). The engine sends the sample
 * to quarantine and goes on. Anything that may pass by itself (network, disk, memory) is not a SampleFault: it is an ordinary error.
 */
export class SampleFault extends Error {
  override readonly name = 'SampleFault';
  /** Stable, machine-readable reason, kebab-case with its domain first: `image-truncated`, `text-not-utf8`, `key-repeated`. */
  readonly code: string;
  /** Byte offset in the shard or in the record, where one is known. */
  readonly byteOffset: number | undefined;

  constructor(code: string, message: string, options: { byteOffset?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.byteOffset = options.byteOffset;
  }
}
