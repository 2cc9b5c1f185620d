/** A pure function that any thread can load: the module that exports it, and the export's name. */
export interface Kernel<A extends readonly unknown[], R> {
  readonly module: string;
  readonly name: string;
  /** For types alone: kernels are called through `run` of `SampleTools`. */
  readonly signature?: (...args: A) => R;
}

/**
 * Name a kernel, so that `run` can call it in a thread. Arguments and result are copied between threads (structured clone): plain values,
 * typed arrays, plain objects of these; no functions and no classes. It must be a pure function of its arguments, and may be asynchronous.
 *
 * ```ts
 * const blurIt = kernel<typeof blur>(new URL('../../kernels/blur.ts', import.meta.url), 'blur');
 * mapAsync('blur', async (sample, { run }) => ({ pixels: await run(blurIt, sample.pixels, 3) }));
 * ```
 */
export function kernel<F extends (...args: never[]) => unknown>(module: URL, name: string): Kernel<Parameters<F>, Awaited<ReturnType<F>>> {
  return { module: module.href, name };
}

/** Calls a kernel somewhere. */
export type RunKernel = <A extends readonly unknown[], R>(called: Kernel<A, R>, ...args: A) => Promise<R>;

/** Modules asked for so far: under tsx an `import()`, also of a module that is long there, costs 0.7 ms of CPU. */
const modules = new Map<string, Promise<Readonly<Record<string, unknown>>>>();

/** Calls a kernel in the calling thread. @throws Error when its module has no such function */
export const runHere: RunKernel = async ({ module, name }, ...args) => {
  const loading = modules.get(module) ?? (import(module) as Promise<Readonly<Record<string, unknown>>>);
  modules.set(module, loading);
  const work = (await loading)[name];
  if (typeof work !== 'function') throw new Error(`${module} exports no function ${name}`);
  return await work(...args);
};
