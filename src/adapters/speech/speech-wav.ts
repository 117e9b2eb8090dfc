import { type FileHandle, open } from 'node:fs/promises';
import { AppError } from '../../errors.js';

/** Samples a second of all sound that is recognised. */
export const SAMPLE_RATE = 16_000;

/** A WAV file of 16 kHz, mono, 16 bits, open for reading. */
export interface SpeechWav {
  readonly path: string;
  /** Where its samples start. */
  readonly dataOffset: number;
  readonly sampleCount: number;
  /** Reads samples, fewer at the end. */
  read(from: number, count: number): Promise<Int16Array>;
  close(): Promise<void>;
}

/**
 * Opens a WAV file.
 * @throws AppError `invalid` if it is of another kind.
 */
export async function openSpeechWav(path: string): Promise<SpeechWav> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { dataOffset, dataBytes } = await findSamples(file, size);
    const sampleCount = Math.floor(Math.min(dataBytes, size - dataOffset) / 2);
    return {
      path,
      dataOffset,
      sampleCount,
      async read(from, count) {
        const samples = new Int16Array(Math.max(0, Math.min(count, sampleCount - from)));
        await file.read(samples, 0, samples.byteLength, dataOffset + from * 2);
        return samples;
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function findSamples(file: FileHandle, size: number): Promise<{ dataOffset: number; dataBytes: number }> {
  const head = Buffer.alloc(16);
  await file.read(head, 0, 12, 0);
  let isOurs = false;
  if (head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'WAVE') {
    for (let at = 12; at + 8 <= size; ) {
      await file.read(head, 0, 8, at);
      const name = head.toString('latin1', 0, 4);
      const bytes = head.readUInt32LE(4);
      if (name === 'data' && isOurs) return { dataOffset: at + 8, dataBytes: bytes };
      if (name === 'fmt ') {
        await file.read(head, 0, 16, at + 8);
        const format = [head.readUInt16LE(0), head.readUInt16LE(2), head.readUInt32LE(4), head.readUInt16LE(14)];
        isOurs = format.join() === [1, 1, SAMPLE_RATE, 16].join();
      }
      at += 8 + bytes + (bytes % 2);
    }
  }
  throw new AppError('invalid', 'What is to be recognised is no WAV file of 16 kHz, mono, 16 bits');
}

/** The header of a WAV file with so many samples. */
export function wavHeader(sampleCount: number): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(36 + sampleCount * 2, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(SAMPLE_RATE, 24);
  header.writeUInt32LE(SAMPLE_RATE * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(sampleCount * 2, 40);
  return header;
}
