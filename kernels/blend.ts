/**
 * `share * values + (1 - share) * others`, each product and sum in single precision, as big_vision's `get_mixup` makes it (specs/vision-language.md 3).
 *
 * @param share of `values`, 0 to 1, rounded to single precision
 * @throws RangeError when the two differ in length
 */
export function blend(values: Float32Array, others: Float32Array, share: number): Float32Array {
  if (values.length !== others.length) throw new RangeError(`blend: ${values.length} values cannot be mixed with ${others.length}`);
  const f = Math.fround;
  const own = f(share);
  const other = f(1 - own);
  const out = new Float32Array(values.length);
  for (let i = 0; i < out.length; i += 1) out[i] = f(own * (values[i] as number)) + f(other * (others[i] as number));
  return out;
}
