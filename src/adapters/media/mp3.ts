import type { ByteReader } from './byte-reader.js';
import type { Container } from './container.js';

const BIT_RATES = {
  1: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
} as const;
const SAMPLE_RATES = [44_100, 48_000, 32_000];
/** LAME's delay of 576 samples and every decoder's of 529: what is not stated is nearly always this. */
const USUAL_DELAY = 576 + 529;
/** Some writers leave padding between the tag and the first frame. */
const MAX_PADDING = 64 * 1024;

interface Mp3Frame {
  readonly sizeBytes: number;
  readonly samples: number;
  readonly sampleRate: number;
  /** Where a Xing header would be, from the frame's first byte. */
  readonly xingAt: number;
}

/** Reads the tag and the first frame of an MP3 file; null for another file. */
export async function readMp3(bytes: ByteReader): Promise<Omit<Container, 'parts'> | null> {
  let at = await endOfTags(bytes);
  const last = at === 0 ? 0 : at + MAX_PADDING;
  let frame = await frameAt(bytes, at);
  while (frame === null && at < last && at < bytes.sizeBytes) frame = await frameAt(bytes, ++at);
  if (frame === null) return null;
  // Two bytes alone say little: the next frame must be where the first one ends, if the file goes on.
  const next = at + frame.sizeBytes;
  if (next + 4 <= bytes.sizeBytes && (await frameAt(bytes, next)) === null) return null;
  const stated = await xingLength(bytes, at, frame);
  const delaySeconds = stated?.hasDelay ? 0 : USUAL_DELAY / frame.sampleRate;
  return { name: 'mp3', statedSeconds: stated === null ? null : stated.seconds - delaySeconds, delaySeconds };
}

async function endOfTags(bytes: ByteReader): Promise<number> {
  for (let at = 0; ; ) {
    const tag = await bytes.at(at, 10);
    if (tag.length < 10 || tag.toString('latin1', 0, 3) !== 'ID3') return at;
    // Seven bits of each byte count.
    const size = [6, 7, 8, 9].reduce((sum, i) => sum * 128 + (tag.readUInt8(i) & 0x7f), 0);
    at += 10 + size + (tag.readUInt8(5) & 0x10 ? 10 : 0);
  }
}

async function frameAt(bytes: ByteReader, at: number): Promise<Mp3Frame | null> {
  const head = await bytes.at(at, 4);
  if (head.length < 4 || head.readUInt16BE(0) < 0xffe0) return null;
  const version = (head.readUInt8(1) >> 3) & 3; // 3: MPEG 1, 2: MPEG 2, 0: MPEG 2.5
  const layer = (head.readUInt8(1) >> 1) & 3;
  const rate = SAMPLE_RATES[(head.readUInt8(2) >> 2) & 3];
  const kilobits = BIT_RATES[version === 3 ? 1 : 2][head.readUInt8(2) >> 4];
  if (version === 1 || layer !== 1 || rate === undefined || !kilobits) return null;
  const sampleRate = version === 3 ? rate : version === 2 ? rate / 2 : rate / 4;
  const samples = version === 3 ? 1152 : 576;
  const padding = (head.readUInt8(2) >> 1) & 1;
  const isMono = head.readUInt8(3) >> 6 === 3;
  return {
    sizeBytes: Math.floor(((samples / 8) * kilobits * 1000) / sampleRate) + padding,
    samples,
    sampleRate,
    xingAt: 4 + (version === 3 ? (isMono ? 17 : 32) : isMono ? 9 : 17),
  };
}

/** The length by the Xing header, without the delay and padding that it states; null where there is none. */
async function xingLength(
  bytes: ByteReader,
  at: number,
  frame: Mp3Frame,
): Promise<{ seconds: number; hasDelay: boolean } | null> {
  const xing = await bytes.at(at + frame.xingAt, 160);
  if (xing.length < 160 || !/^(Xing|Info)/.test(xing.toString('latin1', 0, 4))) return null;
  const flags = xing.readUInt32BE(4);
  if ((flags & 1) === 0) return null;
  const encoder = 12 + (flags & 2 ? 4 : 0) + (flags & 4 ? 100 : 0) + (flags & 8 ? 4 : 0);
  const hasDelay = /^(LAME|Lav[cf])/.test(xing.toString('latin1', encoder, encoder + 4));
  const trimmed = hasDelay ? xing.readUIntBE(encoder + 21, 3) : 0;
  const samples = xing.readUInt32BE(8) * frame.samples - (trimmed >> 12) - (trimmed & 0xfff);
  return samples > 0 ? { seconds: samples / frame.sampleRate, hasDelay } : null;
}
