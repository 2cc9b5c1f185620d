import { SampleFault } from '../../../kernels/sampleFault.js';

/** The bytes end before what they promised. `byteOffset` is where the missing part begins. */
export function truncated(message: string, byteOffset: number): SampleFault {
  return new SampleFault('image-truncated', `${message}, at byte ${byteOffset}`, { byteOffset });
}

/** The bytes contradict their format. */
export function corrupt(message: string, byteOffset: number): SampleFault {
  return new SampleFault('image-corrupt', `${message}, at byte ${byteOffset}`, { byteOffset });
}

/** A DataView over exactly these bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
