import { ok, type Check } from './check.js';
import { run } from './native.js';

const LOOK = `
import importlib.metadata, sys
try:
    webdataset = "webdataset " + importlib.metadata.version("webdataset")
except importlib.metadata.PackageNotFoundError:
    webdataset = "no webdataset"
print("Python %d.%d.%d, %s" % (*sys.version_info[:3], webdataset))
`;

/** Python and webdataset: nothing of Millrace runs on them, but other readers of its shards do. */
export async function checkPython(signal: AbortSignal): Promise<Check> {
  const { code, out } = await run('python3', ['-c', LOOK], signal);
  return ok('python', `${code === 0 ? out.trim() : 'no python3 that works'} (not needed; for the Python client and for comparisons with webdataset)`);
}
