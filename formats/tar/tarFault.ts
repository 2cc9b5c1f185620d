import { SampleFault } from '../../kernels/sampleFault.js';

/** Where in the archive a {@link TarFault} happened. */
export interface TarFaultContext {
  /** Where the fault was found: byte offset in the (decompressed) archive; for `gzip-*` and `zstd-*` in the compressed file. */
  readonly byteOffset: number;
  /** First header block of the member that the fault cuts, byte offset in the archive. */
  readonly headerOffset: number;
  /** Name of that member where one could be read. After a wrong checksum it is a hint, not a fact. */
  readonly memberName?: string | undefined;
  readonly cause?: unknown;
}

/**
 * A fault that ends the reading of an archive: nothing after it can be trusted. It says which member it cuts, so that records before it
 * can be told from the one that it breaks.
 *
 * Codes: `tar-not-a-tar`, `tar-checksum`, `tar-truncated`, `tar-size`, `tar-sparse`, `tar-pax-record`, and those of `decompress`.
 */
export class TarFault extends SampleFault {
  readonly headerOffset: number;
  readonly memberName: string | undefined;

  constructor(code: string, message: string, { byteOffset, headerOffset, memberName, cause }: TarFaultContext) {
    super(code, message, { byteOffset, cause });
    this.headerOffset = headerOffset;
    this.memberName = memberName;
  }
}
