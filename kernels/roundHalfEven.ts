/** The nearest integer, and of two equally near ones the even one: `rint` of C, `round` of Python, NumPy and TensorFlow. */
export function roundHalfEven(x: number): number {
  const low = Math.floor(x);
  if (x - low !== 0.5) return Math.round(x);
  return low % 2 === 0 ? low : low + 1;
}
