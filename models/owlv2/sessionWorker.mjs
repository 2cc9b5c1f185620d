// The thread of `openSessionThread` (sessionThread.ts): owns the onnxruntime sessions, holds no other state. Plain JavaScript, because a
// worker thread starts without tsx; it imports onnxruntime-node alone, so it starts fast and nothing of the engine can slip into it.
import { parentPort, workerData } from 'node:worker_threads';

/** @type {typeof import('onnxruntime-node')} */
let ort;
/** @type {import('onnxruntime-node').InferenceSession[]} */
const sessions = [];

/** [0] 1 while a request is served, [1] 1 when the process ends: see `openSessionThread`. */
const gate = new Int32Array(workerData.gate);

const answers = {
  async start() {
    ort = await import('onnxruntime-node');
    return { version: ort.env.versions.node };
  },
  async load({ path, options }) {
    const session = await ort.InferenceSession.create(path, options);
    const { inputNames, outputNames, inputMetadata } = session;
    return { session: sessions.push(session) - 1, inputNames, outputNames, inputMetadata };
  },
  async run({ session, feeds, wanted }) {
    const tensors = Object.entries(feeds).map(([name, { type, data, dims }]) => [name, new ort.Tensor(type, data, dims)]);
    const fetched = await sessions[session].run(Object.fromEntries(tensors), wanted);
    return Object.fromEntries(Object.entries(fetched).map(([name, { type, data, dims }]) => [name, { type, data: owning(data), dims }]));
  },
  async close() {
    for (const session of sessions.splice(0)) await session.release();
  },
};

/** Only a whole buffer may be transferred: part of one would take its neighbours along. */
function owning(data) {
  return data.byteLength === data.buffer.byteLength ? data : data.slice();
}

async function answer({ id, kind, ...request }) {
  Atomics.store(gate, 0, 1);
  if (Atomics.load(gate, 1) === 0) await serve(id, kind, request);
  Atomics.store(gate, 0, 0);
  Atomics.notify(gate, 0);
}

async function serve(id, kind, request) {
  let reply;
  let transfer = [];
  try {
    const value = await answers[kind](request);
    reply = { id, value };
    if (kind === 'run') transfer = Object.values(value).map(({ data }) => data.buffer);
  } catch (error) {
    reply = { id, error: error instanceof Error ? error.message : String(error) };
  }
  parentPort.postMessage(reply, transfer);
  // Without its port the thread has nothing left to wait for and ends.
  if (kind === 'close') parentPort.close();
}

// One after the other, in the order of the requests. The next one is here already when one ends, so the thread does not idle between them.
let last = Promise.resolve();
parentPort.on('message', (request) => {
  last = last.then(() => answer(request));
});
