import { fileURLToPath } from 'node:url';
import { ok, warning, type Check } from './check.js';
import { run } from './native.js';

/**
 * What a model could be trained on here: each backend with its adapter and limits. A warning where there is none, because all else works without. In a process of
 * its own: a GPU's driver can end it.
 */
export async function checkTraining(signal: AbortSignal): Promise<Check> {
  const { code, killedBy, out, err } = await run(process.execPath, [fileURLToPath(new URL('probe.mjs', import.meta.url)), 'training'], signal);
  if (code === 0) return ok('training', out.trim());
  const why = killedBy === undefined ? (/^(?:\w*Error: )(.*)$/m.exec(err)?.[1] ?? `exit code ${code}`) : `a driver ended the process (${killedBy})`;
  return warning('training', `no backend works: ${why}`, 'only `millrace train` needs one: npm install @tensorflow/tfjs@4.22 @tensorflow/tfjs-backend-wasm@4.22');
}
