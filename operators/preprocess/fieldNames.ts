/** Of every sample of ours. */
const OWN = new Set(['key', 'origin', 'cursor', 'members']);

/**
 * Which field of our samples a key of the preprocessing language is, at each place of a text. A key is the field of the same name, but for two:
 *
 * - `image` is our `image` (the encoded bytes) up to the operation that decodes it, and our `pixels` from there on; in a text that decodes nothing it is `pixels`.
 * - `labels` is our `label` (class numbers) up to the first operation that writes `labels`, and our `labels` from there on.
 *
 * `key`, `origin`, `cursor` and `members` are Millrace's own and no keys of the language. What an operation before has left away is known here, so that a key
 * that cannot be there is an error when the recipe is built.
 */
export class FieldNames {
  readonly #renamed: Map<string, string>;
  /** Set by `keep`: nothing else is there. */
  #only: Set<string> | undefined;
  readonly #gone = new Set<string>();

  constructor(decodesImage: boolean) {
    this.#renamed = new Map([['image', decodesImage ? 'image' : 'pixels'], ['labels', 'label']]);
  }

  /** @throws RangeError for a key that cannot be there */
  read(key: string): string {
    check(key);
    if (this.#gone.has(key) || this.#only?.has(key) === false) throw new RangeError(`needs \`${key}\`, which was left away before${this.#only === undefined ? '' : `; kept were ${[...this.#only].join(', ')}`}`);
    return this.#renamed.get(key) ?? key;
  }

  /** @param decodes the operation makes pixels of encoded bytes */
  write(key: string, decodes = false): string {
    check(key);
    this.#gone.delete(key);
    this.#only?.add(key);
    if (key === 'labels') this.#renamed.delete(key);
    if (key === 'image' && decodes) this.#renamed.set(key, 'pixels');
    return this.#renamed.get(key) ?? key;
  }

  keep(keys: readonly string[]): string[] {
    const fields = keys.map((key) => this.read(key));
    this.#only = new Set(keys);
    return fields;
  }

  /** The encoded bytes go with the pixels that were made of them. */
  drop(keys: readonly string[]): string[] {
    return keys.flatMap((key) => {
      check(key);
      this.#gone.add(key);
      this.#only?.delete(key);
      const field = this.#renamed.get(key) ?? key;
      return key === 'image' && field === 'pixels' ? ['pixels', 'image'] : [field];
    });
  }

  /** Nothing is known any more of what is there. */
  forget(): void {
    this.#only = undefined;
    this.#gone.clear();
  }
}

function check(key: string): void {
  if (OWN.has(key)) throw new RangeError(`\`${key}\` is Millrace's own name for who a sample is: read it into a field of another name`);
}
