/** Native libraries that Millrace stands on. Each is tried once, with next to no work. @returns what was found; rejects where it does not work */
export const probes = { sharp: probeSharp, onnxruntime: probeOnnxruntime, training: probeTraining } as const;

export type ProbeName = keyof typeof probes;

/** Encode a small picture as JPEG and decode it, as runs do. */
async function probeSharp(): Promise<string> {
  const { sharp } = await import('../../formats/image/sharp.js');
  const { encodeJpeg } = await import('../../formats/image/encodeJpeg.js');
  const { decodeImage } = await import('../../formats/image/decodeImage.js');
  const made = { width: 16, height: 8, data: new Uint8Array(16 * 8 * 3).fill(200) };
  const { width, height, data } = await decodeImage(await encodeJpeg(made));
  const farthest = Math.max(...data.map((value) => Math.abs(value - 200)));
  if (width !== 16 || height !== 8 || farthest > 3) throw new Error(`a JPEG of 16x8 grey pixels was decoded as ${width}x${height}, off by up to ${farthest} of 255`);
  return `sharp ${sharp.versions.sharp ?? '?'} with libvips ${sharp.versions.vips}: encodes and decodes a JPEG`;
}

/** Load and run a graph of one operation, y = x for one number. */
async function probeOnnxruntime(): Promise<string> {
  const { env, InferenceSession, Tensor } = await import('onnxruntime-node');
  const session = await InferenceSession.create(identityGraph(), { executionProviders: ['cpu'], intraOpNumThreads: 1, logSeverityLevel: 3 });
  const { y } = await session.run({ x: new Tensor('float32', Float32Array.of(42), [1]) });
  await session.release();
  if (y?.data[0] !== 42) throw new Error(`a graph that returns its input returned ${String(y?.data[0])} for 42`);
  return `onnxruntime ${env.versions.node ?? env.versions.common}: runs a graph`;
}

/** Open each backend that a model can be trained on and multiply two numbers there. Rejects where there is none. */
async function probeTraining(): Promise<string> {
  const { backendNames, openBackend } = await import('../../models/train/backend.js');
  const found: string[] = [];
  const missing: string[] = [];
  let best: string | undefined;
  for (const name of backendNames) {
    try {
      const backend = await openBackend(name);
      const product = backend.tf.tidy(() => backend.tf.matMul(backend.tf.tensor2d([[6]]), backend.tf.tensor2d([[7]])));
      const [value] = await product.data();
      product.dispose();
      backend.check();
      await backend.close();
      if (value !== 42) throw new Error(`6 x 7 is ${value} on ${name}`);
      const limits = Object.entries(backend.limits).map(([limit, most]) => `${limit} ${most}`).join(', ');
      found.push(`${name}: ${backend.device}${limits === '' ? '' : ` (${limits})`}`);
      if (!backend.software) best ??= name;
    } catch (error) {
      missing.push(error instanceof Error ? error.message : String(error));
    }
  }
  if (best === undefined) throw new Error(missing.join('; '));
  return `${found.join('; ')}; --backend auto takes ${best}`;
}

/** The smallest useful ONNX model (onnx.proto3, ModelProto): one Identity from x to y, float32[1]. */
function identityGraph(): Uint8Array {
  const bytes = (text: string): number[] => [...Buffer.from(text)];
  /** A protobuf field that holds bytes or a message: wire type 2. */
  const part = (field: number, content: readonly number[]): number[] => [(field << 3) | 2, content.length, ...content];
  /** A protobuf field that holds a small number: wire type 0. */
  const number = (field: number, value: number): number[] => [field << 3, value];
  const value = (name: string): number[] => {
    const shape = part(2, part(1, number(1, 1)));
    return [...part(1, bytes(name)), ...part(2, part(1, [...number(1, 1), ...shape]))];
  };
  const node = [...part(1, bytes('x')), ...part(2, bytes('y')), ...part(4, bytes('Identity'))];
  const graph = [...part(1, node), ...part(2, bytes('g')), ...part(11, value('x')), ...part(12, value('y'))];
  return Uint8Array.from([...number(1, 8), ...part(7, graph), ...part(8, number(2, 13))]);
}
