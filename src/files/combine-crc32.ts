/** The polynomial of CRC-32, its bits in reverse (ISO 3309). */
const POLYNOMIAL = 0xedb88320;

/**
 * The CRC-32 of two joined texts, from theirs and the length of the second. To append a bit multiplies a CRC by x, so that
 * to append the second text multiplies the first's by x to the power of eight times its length.
 */
export function combineCrc32(first: number, second: number, secondBytes: number): number {
  let factor = 1 << 31;
  // x to the power of 8, then 16, 32, …: one for each bit of the length
  let power = 1 << 23;
  for (let rest = secondBytes; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) factor = multiply(power, factor);
    power = multiply(power, power);
  }
  return (multiply(factor, first) ^ second) >>> 0;
}

/** The product of two polynomials modulo CRC-32's; the highest bit is the coefficient of 1. */
function multiply(left: number, right: number): number {
  let product = 0;
  let shifted = right;
  for (let mask = 1 << 31; mask !== 0; mask >>>= 1) {
    if ((left & mask) !== 0) product ^= shifted;
    shifted = (shifted & 1) === 1 ? (shifted >>> 1) ^ POLYNOMIAL : shifted >>> 1;
  }
  return product;
}
