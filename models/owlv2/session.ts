import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { ModelError } from '../modelError.js';

/** A graph that onnxruntime has loaded and whose inputs and outputs are as expected. */
export interface Graph {
  readonly outputs: ReadonlySet<string>;
  /** Runs the graph; `wanted` names the outputs to compute. Inputs are named, with their shape. */
  run(inputs: Readonly<Record<string, GraphInput>>, wanted: readonly string[]): Promise<Readonly<Record<string, Tensor>>>;
  close(): Promise<void>;
}

/** An input's values and shape; `BigInt64Array` is int64. */
export type GraphInput = readonly [values: Float32Array | BigInt64Array, shape: readonly number[]];

/** What a graph must offer: inputs with element type and shape (null: any size), and outputs. */
export interface GraphShape {
  readonly inputs: Readonly<Record<string, readonly [type: 'float32' | 'int64', shape: readonly (number | null)[]]>>;
  readonly outputs: readonly string[];
}

/**
 * Loads an ONNX file for the CPU in the one way that keeps results repeatable: `threads` threads inside an operation, operations one after
 * the other, all optimisations. Inference runs on the calling thread and blocks it (so does onnxruntime's own asynchronous call in Node).
 *
 * @throws ModelError where the file is no ONNX model or has other inputs and outputs
 */
export async function openGraph(path: string, threads: number, expected: GraphShape): Promise<Graph> {
  const { InferenceSession: Session, Tensor: OrtTensor } = await import('onnxruntime-node');
  let session: InferenceSession;
  try {
    session = await Session.create(path, {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
    });
  } catch (cause) {
    throw new ModelError(`${path} is not an ONNX model that onnxruntime can load: ${(cause as Error).message}`, { cause });
  }
  try {
    checkShape(session, path, expected);
  } catch (error) {
    await session.release();
    throw error;
  }
  return {
    outputs: new Set(session.outputNames),
    run: (inputs, wanted) =>
      session.run(Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, tensor(OrtTensor, input)])), wanted),
    close: () => session.release(),
  };
}

function tensor(OrtTensor: typeof Tensor, [values, shape]: GraphInput): Tensor {
  return values instanceof Float32Array ? new OrtTensor('float32', values, shape) : new OrtTensor('int64', values, shape);
}

function checkShape(session: InferenceSession, path: string, expected: GraphShape): void {
  const wanted = Object.keys(expected.inputs);
  const unknown = session.inputNames.filter((name) => !wanted.includes(name));
  const missing = [...wanted.filter((name) => !session.inputNames.includes(name)), ...expected.outputs.filter((name) => !session.outputNames.includes(name))];
  if (unknown.length > 0 || missing.length > 0) {
    throw new ModelError(
      `${path} is not the graph expected: it has inputs ${session.inputNames.join(', ')} and outputs ${session.outputNames.join(', ')}; ` +
        `expected inputs ${wanted.join(', ')} and outputs ${expected.outputs.join(', ')}`,
    );
  }
  for (const meta of session.inputMetadata) {
    const [type, shape] = expected.inputs[meta.name]!;
    const got = meta.isTensor ? meta : { type: 'no tensor', shape: [] };
    const fits = got.type === type && got.shape.length === shape.length && shape.every((size, i) => size === null || typeof got.shape[i] !== 'number' || got.shape[i] === size);
    if (!fits) {
      const written = shape.map((size) => size ?? 'any').join(', ');
      throw new ModelError(`${path}: input ${meta.name} is ${got.type} [${got.shape.join(', ')}]; expected ${type} [${written}] from the configuration beside it`);
    }
  }
}
