import type { ByteReader } from './byte-reader.js';
import type { Container, FilePart } from './container.js';

const FIRST_PAGE = 2;
const OPUS_RATE = 48_000;

/** A stream of sound in a part of a file. */
interface OggStream {
  readonly serial: number;
  readonly rate: number;
  /** Samples at its start that are not played. */
  readonly skipped: number;
  lastGranule: bigint;
}

/**
 * Walks the pages of an Ogg file; null for another file. A recorder that was paused and went on leaves a chain: parts with
 * headers and a time of their own, of which most programs read the first only.
 */
export async function readOgg(bytes: ByteReader): Promise<Container | null> {
  if ((await bytes.at(0, 4)).toString('latin1') !== 'OggS') return null;
  const parts: FilePart[] = [];
  let seconds = 0;
  let start = 0;
  let stream: OggStream | null = null;
  let hasData = false;
  let at = 0;
  const endPart = () => {
    parts.push({ start, end: at });
    if (stream !== null) seconds += Math.max(0, Number(stream.lastGranule) - stream.skipped) / stream.rate;
    stream = null;
  };
  while (at + 27 <= bytes.sizeBytes) {
    const head = await bytes.at(at, 27 + 255);
    if (head.toString('latin1', 0, 4) !== 'OggS') {
      // Damage: the next page is looked for, as decoders do.
      at = await nextPage(bytes, at + 1);
      continue;
    }
    const segments = head.readUInt8(26);
    const bodyAt = at + 27 + segments;
    const bodyBytes = head.subarray(27, 27 + segments).reduce((sum, size) => sum + size, 0);
    const isFirst = (head.readUInt8(5) & FIRST_PAGE) !== 0;
    const granule = head.readBigInt64LE(6);
    const serial = head.readUInt32LE(14);
    if (isFirst && hasData) {
      endPart();
      start = at;
    }
    hasData = !isFirst;
    if (isFirst) stream ??= readFirstPacket(serial, await bytes.at(bodyAt, Math.min(bodyBytes, 64)));
    else if (serial === (stream as OggStream | null)?.serial && granule > 0n)
      (stream as unknown as OggStream).lastGranule = granule;
    at = bodyAt + bodyBytes;
  }
  at = bytes.sizeBytes;
  endPart();
  return { name: 'ogg', statedSeconds: seconds > 0 ? seconds : null, parts };
}

function readFirstPacket(serial: number, packet: Buffer): OggStream | null {
  if (packet.length < 40 && packet.length < 19) return null;
  const text = packet.toString('latin1', 0, 9);
  const rate = text.startsWith('OpusHead')
    ? OPUS_RATE
    : text.startsWith('\x01vorbis')
      ? packet.readUInt32LE(12)
      : text.startsWith('\x7fFLAC') && packet.length >= 31
        ? packet.readUIntBE(27, 3) >> 4
        : text.startsWith('Speex   ') && packet.length >= 40
          ? packet.readUInt32LE(36)
          : 0;
  if (rate === 0) return null;
  return {
    serial,
    rate,
    skipped: rate === OPUS_RATE && text.startsWith('Opus') ? packet.readUInt16LE(10) : 0,
    lastGranule: 0n,
  };
}

async function nextPage(bytes: ByteReader, from: number): Promise<number> {
  for (let at = from; at < bytes.sizeBytes; ) {
    const window = await bytes.at(at, 64 * 1024);
    const found = window.indexOf('OggS', 0, 'latin1');
    if (found >= 0) return at + found;
    at += Math.max(1, window.length - 3);
  }
  return bytes.sizeBytes;
}
