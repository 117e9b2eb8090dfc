import type { ByteReader } from './byte-reader.js';
import type { Container } from './container.js';

const FRAME_SECONDS = 0.02;
// Bytes after a frame's first, by its type. Types without a size do not occur in files.
const NARROW = [12, 13, 15, 17, 19, 20, 26, 31, 5, 6, 5, 5, 0, 0, 0, 0];
const WIDE = [17, 23, 32, 36, 40, 46, 50, 58, 60, 5, 0, 0, 0, 0, 0, 0];

/** Counts the frames of an AMR file: each is 20 ms, silence too. Null for another file. */
export async function readAmr(bytes: ByteReader): Promise<Omit<Container, 'parts'> | null> {
  const magic = /^#!AMR(-WB)?\n/.exec((await bytes.at(0, 9)).toString('latin1'));
  if (magic === null) return null;
  const sizes = magic[1] === undefined ? NARROW : WIDE;
  let frames = 0;
  for (let at = magic[0].length; at < bytes.sizeBytes; frames++) {
    at += 1 + (sizes[((await bytes.at(at, 1)).readUInt8(0) >> 3) & 0xf] ?? 0);
  }
  return { name: 'amr', statedSeconds: frames * FRAME_SECONDS };
}
