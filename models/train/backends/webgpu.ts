import type * as tfjsWebgpu from '@tensorflow/tfjs-backend-webgpu';
import { messageOf, UsageError } from '../../../engine/errors.js';
import type { Backend } from '../backend.js';
import { loadPackage } from '../loadPackage.js';
import { loadTf, tfVersion } from './loadTf.js';

const PACKAGE = '@tensorflow/tfjs-backend-webgpu';

/** What a model may want more of than WebGPU promises everywhere. */
const RAISED = [
  'maxBufferSize', 'maxStorageBufferBindingSize', 'maxComputeWorkgroupStorageSize', 'maxComputeWorkgroupsPerDimension', 'maxComputeWorkgroupSizeX', 'maxComputeInvocationsPerWorkgroup',
] as const;

/** As much of WebGPU as is used here. */
interface Gpu {
  requestAdapter(options: { readonly powerPreference: 'high-performance' }): Promise<Adapter | null>;
}
interface Adapter {
  readonly info: { readonly vendor: string; readonly architecture: string; readonly device: string; readonly description: string; readonly isFallbackAdapter?: boolean };
  readonly limits: Readonly<Record<string, number>>;
  readonly features: ReadonlySet<string>;
  requestDevice(options: { readonly requiredLimits: Readonly<Record<string, number>> }): Promise<Device>;
}
interface Device {
  readonly limits: Readonly<Record<string, number>>;
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
  addEventListener(type: 'uncapturederror', listener: (event: { readonly error: { readonly message: string }; preventDefault(): void }) => void): void;
  destroy(): void;
}
interface Dawn {
  create(options: readonly string[]): Gpu;
  readonly globals: object;
}

/**
 * Any GPU through WebGPU: TensorFlow.js on Dawn, which speaks Vulkan, Metal and Direct3D. Its glue: Dawn's globals and `navigator.gpu` before the backend is
 * imported; a device of our own, with the adapter's limits, whose errors are seen. Only asynchronous reads work on it.
 *
 * @throws UsageError when a package is missing or there is no adapter
 */
export async function openWebgpu(): Promise<Backend> {
  const tf = await loadTf('the webgpu backend', [PACKAGE]);
  const { create, globals } = await loadPackage<Dawn>('webgpu', 'the webgpu backend');
  Object.assign(globalThis, globals);
  const gpu = create([]);
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw new UsageError('the webgpu backend found no adapter: on Linux a driver for Vulkan is needed (VK_ICD_FILENAMES names one that is not installed)');
  const host = globalThis as { navigator?: object };
  host.navigator ??= {};
  Object.defineProperty(host.navigator, 'gpu', { value: gpu, configurable: true });
  const { WebGPUBackend } = await loadPackage<typeof tfjsWebgpu>(PACKAGE, 'the webgpu backend', [`${PACKAGE}@${tfVersion}`]);
  const limits = Object.fromEntries(RAISED.flatMap((name) => (adapter.limits[name] === undefined ? [] : [[name, adapter.limits[name] as number]])));
  const device = await adapter.requestDevice({ requiredLimits: limits });

  let failure: string | undefined;
  let closing = false;
  device.addEventListener('uncapturederror', (event) => {
    event.preventDefault();
    failure ??= `the GPU refused an operation, so its results would be wrong: ${event.error.message}`;
  });
  void device.lost.then(({ reason, message }) => {
    if (!closing) failure = `the GPU was lost (${reason}): ${message}`;
  });

  tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => new WebGPUBackend(...([device, adapter.info] as unknown as ConstructorParameters<typeof WebGPUBackend>)));
  if (!(await tf.setBackend('webgpu'))) throw new Error('the webgpu backend of TensorFlow.js could not be started');
  const { description, vendor, architecture, device: name } = adapter.info;
  return {
    name: 'webgpu',
    tf,
    device: description === '' ? [vendor, architecture, name].filter((word) => word !== '').join(' ') : description,
    limits,
    software: adapter.info.isFallbackAdapter === true || /llvmpipe|swiftshader/i.test(`${description} ${name} ${architecture}`),
    check() {
      if (failure !== undefined) throw new Error(failure);
    },
    async close() {
      closing = true;
      try {
        tf.removeBackend('webgpu');
      } catch (error) {
        throw new Error(`the GPU could not be given back: ${messageOf(error)}`, { cause: error });
      } finally {
        device.destroy();
        delete (host.navigator as { gpu?: Gpu }).gpu;
      }
    },
  };
}
