/**
 * Cosine and sine of an angle in radians, |angle| <= 2^20, to about 1e-15. Written out with +, - and * because Math.sin and Math.cos may differ in
 * their last bit between engines, and one sub-sample on the other side of an edge is another picture.
 */
export function turn(radians: number): { readonly cos: number; readonly sin: number } {
  const quarters = Math.round(radians / (Math.PI / 2));
  const rest = radians - quarters * (Math.PI / 2);
  const square = rest * rest;
  // Taylor series from the innermost term out; |rest| <= pi/4, so what is left out is below 2^-60.
  let sin = 1;
  let cos = 1;
  for (let n = 18; n >= 2; n -= 2) {
    cos = 1 - (cos * square) / (n * (n - 1));
    sin = 1 - (sin * square) / (n * (n + 1));
  }
  sin *= rest;
  switch (quarters & 3) {
    case 0: return { cos, sin };
    case 1: return { cos: -sin, sin: cos };
    case 2: return { cos: -cos, sin: -sin };
    default: return { cos: sin, sin: -cos };
  }
}
