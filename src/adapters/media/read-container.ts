import { open } from 'node:fs/promises';
import { AppError } from '../../errors.js';
import { readAmr } from './amr.js';
import { createByteReader } from './byte-reader.js';
import type { Container } from './container.js';
import { readFlac } from './flac.js';
import { readMatroska } from './matroska.js';
import { readMp3 } from './mp3.js';
import { readMp4 } from './mp4.js';
import { readOgg } from './ogg.js';
import { readWav } from './wav.js';

const readers = [readWav, readMp4, readOgg, readMatroska, readFlac, readAmr, readMp3];

/**
 * Finds by content what a file is. Decoders are then told, so that they never guess: some formats that they know name
 * other files.
 * @throws AppError `invalid` if it is none of these.
 */
export async function readContainer(path: string): Promise<Container & { readonly sizeBytes: number }> {
  const file = await open(path);
  try {
    const sizeBytes = (await file.stat()).size;
    if (sizeBytes === 0) throw new AppError('invalid', 'The file is empty.');
    const bytes = createByteReader(file, sizeBytes);
    for (const read of readers) {
      const found = await read(bytes);
      if (found !== null) return { parts: [{ start: 0, end: sizeBytes }], ...found, sizeBytes };
    }
  } finally {
    await file.close();
  }
  throw new AppError(
    'invalid',
    'The file is no recording that Debrief reads. It reads wav, mp3, m4a, mp4, ogg, opus, webm, flac and amr.',
  );
}
