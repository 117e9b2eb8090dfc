import type { ByteReader } from './byte-reader.js';
import type { Container } from './container.js';

/** PCM, float, A-law, µ-law and the extensible form of them: as long as their bytes. */
const LINEAR = new Set([1, 3, 6, 7, 0xfffe]);
/** Programs that cannot seek back write sizes from here on: they say nothing. */
const PLACEHOLDER = 0x7fff_f000;

/** Reads the header of a WAV file, RF64 included; null for another file. */
export async function readWav(bytes: ByteReader): Promise<Omit<Container, 'parts'> | null> {
  const head = (await bytes.at(0, 12)).toString('latin1');
  if (!/^(RIFF|RF64)....WAVE$/s.test(head)) return null;
  let format: Buffer | null = null;
  let samples = 0;
  let longSize = 0;
  for (let at = 12; at + 8 <= bytes.sizeBytes; ) {
    const chunk = await bytes.at(at, 8);
    const id = chunk.toString('latin1', 0, 4);
    const size = chunk.readUInt32LE(4);
    if (id === 'fmt ' && size >= 16) format = Buffer.from(await bytes.at(at + 8, 16));
    if (id === 'ds64' && size >= 16) longSize = Number((await bytes.at(at + 8, 16)).readBigUInt64LE(8));
    if (id === 'fact' && size >= 4) samples = (await bytes.at(at + 8, 4)).readUInt32LE(0);
    if (id === 'data') return { name: 'wav', statedSeconds: length(format, longSize || size, samples) };
    at += 8 + size + (size % 2);
  }
  return { name: 'wav', statedSeconds: null };
}

function length(format: Buffer | null, dataBytes: number, samples: number): number | null {
  if (format === null || format.length < 16) return null;
  const sampleRate = format.readUInt32LE(4);
  const bytesPerSecond = LINEAR.has(format.readUInt16LE(0))
    ? sampleRate * format.readUInt16LE(12)
    : format.readUInt32LE(8);
  const isStated = dataBytes > 0 && (dataBytes < PLACEHOLDER || dataBytes > 0xffff_ffff);
  if (!LINEAR.has(format.readUInt16LE(0)) && samples > 0 && samples < PLACEHOLDER) return samples / sampleRate || null;
  return isStated && bytesPerSecond > 0 ? dataBytes / bytesPerSecond : null;
}
