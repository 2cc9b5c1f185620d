import { ModelError } from '../modelError.js';
import type { SessionThread, SessionTensor, ThreadSession } from './sessionThread.js';

/** A graph that onnxruntime has loaded in its thread and whose inputs and outputs are as expected. It is freed with the thread. */
export interface Graph {
  readonly outputs: ReadonlySet<string>;
  /** Runs the graph; `wanted` names the outputs to compute. Inputs are named, with their shape; their arrays move away: see `ThreadSession`. */
  run(inputs: Readonly<Record<string, GraphInput>>, wanted: readonly string[]): Promise<Readonly<Record<string, SessionTensor>>>;
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
 * the other, all optimisations.
 *
 * @throws ModelError where the file is no ONNX model or has other inputs and outputs; `worker-died` where the thread did not survive it
 */
export async function openGraph(path: string, sessions: SessionThread, threads: number, expected: GraphShape): Promise<Graph> {
  const session = await sessions
    .load(path, {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
    })
    .catch((cause: Error) => {
      if ('code' in cause) throw cause;
      throw new ModelError(`${path} is not an ONNX model that onnxruntime can load: ${cause.message}`, { cause });
    });
  checkShape(session, path, expected);
  return {
    outputs: new Set(session.outputNames),
    run: (inputs, wanted) => session.run(Object.fromEntries(Object.entries(inputs).map(([name, [data, dims]]) => [name, { data, dims }])), wanted),
  };
}

function checkShape(session: ThreadSession, path: string, expected: GraphShape): void {
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
