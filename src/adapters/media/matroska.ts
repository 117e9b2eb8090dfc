import type { ByteReader } from './byte-reader.js';
import type { Container } from './container.js';

const EBML = 0x1a45dfa3;
const SEGMENT = 0x18538067;
const INFO = 0x1549a966;
const CLUSTER = 0x1f43b675;
const TIMESTAMP_SCALE = 0x2ad7b1;
const DURATION = 0x4489;

interface Element {
  readonly id: number;
  readonly start: number;
  readonly end: number;
}

/** Reads the head of a Matroska or WebM file; null for another file. What browsers record states no length. */
export async function readMatroska(bytes: ByteReader): Promise<Omit<Container, 'parts'> | null> {
  const head = await elementAt(bytes, 0, bytes.sizeBytes);
  if (head?.id !== EBML) return null;
  const segment = await elementAt(bytes, head.end, bytes.sizeBytes);
  if (segment?.id !== SEGMENT) return { name: 'matroska', statedSeconds: null };
  let scale = 1_000_000;
  let duration = 0;
  for await (const element of elements(bytes, segment)) {
    if (element.id === CLUSTER) break;
    if (element.id !== INFO) continue;
    for await (const field of elements(bytes, element)) {
      const size = field.end - field.start;
      const value = await bytes.at(field.start, size);
      if (value.length < size) break;
      if (field.id === TIMESTAMP_SCALE && size >= 1 && size <= 6) scale = value.readUIntBE(0, size);
      if (field.id === DURATION && size === 4) duration = value.readFloatBE(0);
      if (field.id === DURATION && size === 8) duration = value.readDoubleBE(0);
    }
  }
  return { name: 'matroska', statedSeconds: duration > 0 ? (duration * scale) / 1e9 : null };
}

async function* elements(bytes: ByteReader, parent: Element): AsyncGenerator<Element> {
  for (let at = parent.start; at < parent.end; ) {
    const element = await elementAt(bytes, at, parent.end);
    if (element === null) return;
    yield element;
    at = element.end;
  }
}

async function elementAt(bytes: ByteReader, at: number, limit: number): Promise<Element | null> {
  const head = await bytes.at(at, 12);
  const idLength = head.length > 0 ? Math.clz32(head.readUInt8(0)) - 23 : 9;
  if (idLength > 4 || head.length < idLength + 1) return null;
  const sizeLength = Math.clz32(head.readUInt8(idLength)) - 23;
  if (sizeLength > 8 || head.length < idLength + sizeLength) return null;
  let size = head.readUInt8(idLength) & (0xff >> sizeLength);
  let isUnknown = size === 0xff >> sizeLength;
  for (let i = 1; i < sizeLength; i++) {
    const byte = head.readUInt8(idLength + i);
    size = size * 256 + byte;
    isUnknown &&= byte === 0xff;
  }
  const start = at + idLength + sizeLength;
  // A live recorder leaves sizes open: up to the end.
  return { id: head.readUIntBE(0, idLength), start, end: isUnknown ? limit : Math.min(start + size, limit) };
}
