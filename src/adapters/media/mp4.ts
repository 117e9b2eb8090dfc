import { AppError } from '../../errors.js';
import type { ByteReader } from './byte-reader.js';
import type { Container } from './container.js';

interface Box {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** Larger ones are no index of a recording. */
const MAX_BOXES = 100_000;

/**
 * Reads the index of an MP4 file (m4a, QuickTime and 3GP too); null for another file.
 * @throws AppError `invalid` if it has no index: recorders write it last.
 */
export async function readMp4(bytes: ByteReader): Promise<Omit<Container, 'parts'> | null> {
  if ((await bytes.at(4, 4)).toString('latin1') !== 'ftyp') return null;
  const movie = await find(bytes, { type: '', start: 0, end: bytes.sizeBytes }, 'moov');
  if (movie === null)
    throw new AppError('invalid', 'The file is cut off: the index that belongs at its end is missing.');
  return { name: 'mp4', statedSeconds: await soundLength(bytes, movie) };
}

/** The length of the first track of sound, as its edit list plays it. */
async function soundLength(bytes: ByteReader, movie: Box): Promise<number | null> {
  const header = await find(bytes, movie, 'mvhd');
  if (header === null) return null;
  const movieScale = (await durationOf(bytes, header)).scale;
  for await (const track of boxes(bytes, movie)) {
    if (track.type !== 'trak') continue;
    const media = await find(bytes, track, 'mdia');
    const handler = media && (await find(bytes, media, 'hdlr'));
    const mediaHeader = media && (await find(bytes, media, 'mdhd'));
    if (!handler || !mediaHeader) continue;
    if ((await bytes.at(handler.start + 8, 4)).toString('latin1') !== 'soun') continue;
    const edits = await find(bytes, track, 'edts');
    const list = edits && (await find(bytes, edits, 'elst'));
    const edited = list && movieScale > 0 ? (await editedUnits(bytes, list)) / movieScale : 0;
    if (edited > 0) return edited;
    const { scale, units } = await durationOf(bytes, mediaHeader);
    // A file in fragments states nothing here.
    return scale > 0 && units > 0 ? units / scale : null;
  }
  return null;
}

async function durationOf(bytes: ByteReader, header: Box): Promise<{ scale: number; units: number }> {
  const body = await bytes.at(header.start, 32);
  if (body.length < 20) return { scale: 0, units: 0 };
  const isLong = body.readUInt8(0) === 1;
  if (isLong && body.length < 32) return { scale: 0, units: 0 };
  const scale = body.readUInt32BE(isLong ? 20 : 12);
  const units = isLong ? Number(body.readBigUInt64BE(24)) : body.readUInt32BE(16);
  return { scale, units: units >= 0xffff_ffff ? 0 : units };
}

async function editedUnits(bytes: ByteReader, list: Box): Promise<number> {
  const head = await bytes.at(list.start, 8);
  if (head.length < 8) return 0;
  const isLong = head.readUInt8(0) === 1;
  const count = Math.min(head.readUInt32BE(4), MAX_BOXES);
  const size = isLong ? 20 : 12;
  let units = 0;
  for (let i = 0; i < count; i++) {
    const entry = await bytes.at(list.start + 8 + i * size, size);
    if (entry.length < size) break;
    units += isLong ? Number(entry.readBigUInt64BE(0)) : entry.readUInt32BE(0);
  }
  return units;
}

async function find(bytes: ByteReader, parent: Box, type: string): Promise<Box | null> {
  for await (const box of boxes(bytes, parent)) if (box.type === type) return box;
  return null;
}

/** The boxes in a box: `start` and `end` are of what they hold. */
async function* boxes(bytes: ByteReader, parent: Box): AsyncGenerator<Box> {
  let at = parent.start;
  for (let n = 0; n < MAX_BOXES && at + 8 <= parent.end; n++) {
    const head = await bytes.at(at, 16);
    if (head.length < 8) return;
    let size = head.readUInt32BE(0);
    let headSize = 8;
    if (size === 1 && head.length === 16) {
      size = Number(head.readBigUInt64BE(8));
      headSize = 16;
    }
    if (size === 0) size = parent.end - at;
    if (size < headSize) return;
    yield { type: head.toString('latin1', 4, 8), start: at + headSize, end: Math.min(at + size, parent.end) };
    at += size;
  }
}
