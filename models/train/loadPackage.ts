import { UsageError } from '../../engine/errors.js';

/**
 * A package that only some need, loaded when it is needed. `name` is no literal in an `import`, so nothing is looked for before.
 *
 * @param purpose who needs it, the start of the message where it is missing
 * @throws UsageError with the command that installs it
 */
export async function loadPackage<M>(name: string, purpose: string, install: readonly string[] = [name]): Promise<M> {
  try {
    const loaded = (await import(name)) as { readonly default?: M } & M;
    return loaded.default ?? loaded;
  } catch (cause) {
    if (!isMissing(cause, name)) throw cause;
    throw new UsageError(`${purpose} needs the package ${name}, which is not installed: npm install ${install.join(' ')}`, { cause });
  }
}

/** Is the package itself missing, and not something that it asks for? */
export function isMissing(error: unknown, name: string): boolean {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  return (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') && String(message).split('\n')[0]?.includes(`'${name}'`) === true;
}
