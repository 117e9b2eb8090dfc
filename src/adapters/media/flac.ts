import type { ByteReader } from './byte-reader.js';
import type { Container } from './container.js';

/** Reads the first block of a FLAC file, which has its length; null for another file. */
export async function readFlac(bytes: ByteReader): Promise<Omit<Container, 'parts'> | null> {
  const head = await bytes.at(0, 26);
  if (head.length < 26 || head.toString('latin1', 0, 4) !== 'fLaC') return null;
  // 20 bits of rate, 3 of channels, 5 of bits, 36 of samples.
  const sampleRate = head.readUIntBE(18, 3) >> 4;
  const samples = (head.readUInt8(21) & 0xf) * 2 ** 32 + head.readUInt32BE(22);
  return { name: 'flac', statedSeconds: samples > 0 && sampleRate > 0 ? samples / sampleRate : null };
}
