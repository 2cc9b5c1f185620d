/**
 * The elements of a source, of which up to `depth` are made while nobody asks for them yet. What the source throws comes behind what it gave before.
 * Ending it early ends the source.
 */
export async function* ahead<T>(source: AsyncGenerator<T>, depth: number): AsyncGenerator<T> {
  const ready: T[] = [];
  let end: { readonly error?: unknown } | undefined;
  let stopped = false;
  let wake: () => void = () => {};
  let room: () => void = () => {};
  const fill = (async () => {
    try {
      for await (const element of source) {
        ready.push(element);
        wake();
        while (ready.length >= depth && !stopped) await new Promise<void>((resolve) => (room = resolve));
        if (stopped) return;
      }
      end = {};
    } catch (error) {
      end = { error };
    }
    wake();
  })();
  try {
    for (;;) {
      while (ready.length === 0 && end === undefined) await new Promise<void>((resolve) => (wake = resolve));
      const element = ready.shift();
      if (element !== undefined) {
        room();
        yield element;
      } else {
        if (end !== undefined && 'error' in end) throw end.error;
        return;
      }
    }
  } finally {
    stopped = true;
    room();
    await fill;
  }
}
