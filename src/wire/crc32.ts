/**
 * Computes the CRC-32 of a concatenation from the CRC-32s of its parts, without the bytes. Appending n zero bytes to a
 * message is a linear map on its CRC over GF(2), and the map for 2^k bytes is the square of the map for 2^(k-1). The
 * matrices are made once, so combining takes one matrix-vector product for each set bit of the length. This is the
 * method of zlib's `crc32_combine`.
 */
const POLYNOMIAL = 0xedb88320;

function apply(matrix: Uint32Array, vector: number): number {
  let product = 0;
  for (let bit = 0, rest = vector >>> 0; rest !== 0; bit++, rest >>>= 1) if (rest & 1) product ^= matrix[bit]!;
  return product >>> 0;
}

function square(matrix: Uint32Array): Uint32Array {
  return matrix.map((column) => apply(matrix, column));
}

function zeroByteMatrices(): Uint32Array[] {
  const oneBit = new Uint32Array(32);
  oneBit[0] = POLYNOMIAL;
  for (let bit = 1; bit < 32; bit++) oneBit[bit] = 1 << (bit - 1);
  const matrices = [square(square(square(oneBit)))];
  for (let power = 1; power < 40; power++) matrices.push(square(matrices[power - 1]!));
  return matrices;
}

const zeroBytes = zeroByteMatrices();

/** The CRC-32 of `a` followed by `b`, from their CRC-32s and the number of bytes of `b`. */
export function combineCrc32(a: number, b: number, bLength: number): number {
  let crc = a >>> 0;
  for (let power = 0, rest = bLength; rest > 0; power++, rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) crc = apply(zeroBytes[power]!, crc);
  }
  return (crc ^ b) >>> 0;
}
