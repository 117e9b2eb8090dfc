import type { FileHandle } from 'node:fs/promises';

/** The length of the header of the files for speech: they have no chunk but the format and the samples. */
export const HEADER_BYTES = 44;

/**
 * Lengthens a file for speech by silence.
 * @param samples how many it is to have.
 */
export async function padSpeech(file: FileHandle, samples: number): Promise<void> {
  const dataBytes = samples * 2;
  const sizes = Buffer.alloc(4);
  await file.truncate(HEADER_BYTES + dataBytes);
  sizes.writeUInt32LE(HEADER_BYTES - 8 + dataBytes);
  await file.write(sizes, 0, 4, 4);
  sizes.writeUInt32LE(dataBytes);
  await file.write(sizes, 0, 4, HEADER_BYTES - 4);
}
