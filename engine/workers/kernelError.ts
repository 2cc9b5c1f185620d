import { SampleFault } from '../../kernels/sampleFault.js';
import { errorOf, plainError, type PlainError } from './protocol.js';

/** What a kernel threw, as it crosses to the thread that asked. */
export type PlainKernelError = { readonly fault: { readonly code: string; readonly message: string; readonly byteOffset?: number } } | { readonly error: PlainError };

/** A fault of a sample stays one: it is the outcome of the sample, wherever the kernel ran. */
export function plainKernelError(error: unknown): PlainKernelError {
  if (!(error instanceof SampleFault)) return { error: plainError(error) };
  const { code, message, byteOffset } = error;
  return { fault: { code, message, ...(byteOffset === undefined ? {} : { byteOffset }) } };
}

export function kernelErrorOf(plain: PlainKernelError): Error {
  if (!('fault' in plain)) return errorOf(plain.error);
  const { code, message, ...where } = plain.fault;
  return new SampleFault(code, message, where);
}
