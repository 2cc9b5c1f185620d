/**
 * The value of a numeric header field: octal ASCII ended by NUL or space (POSIX ustar), or base-256 big-endian two's complement when the first
 * bit is set (GNU, star).
 *
 * An empty field is 0. NaN: neither form. Values beyond the safe integers come back unsafe (the caller refuses them).
 */
export function tarNumber(block: Uint8Array, start: number, length: number): number {
  const first = block[start]!;
  if (first & 0x80) {
    const negative = (first & 0x40) !== 0;
    let value = negative ? first - 0x100 : first & 0x3f;
    for (let i = start + 1; i < start + length; i++) value = value * 256 + block[i]!;
    return value;
  }
  let i = start;
  const end = start + length;
  while (i < end && block[i] === 0x20) i++;
  const negative = block[i] === 0x2d;
  if (negative) i++;
  let value = 0;
  for (; i < end && block[i]! >= 0x30 && block[i]! <= 0x37; i++) value = value * 8 + block[i]! - 0x30;
  while (i < end && block[i] === 0x20) i++;
  if (i < end && block[i] !== 0) return NaN;
  return negative ? -value : value;
}
