import { type FileHandle, open } from 'node:fs/promises';

// The metadata of an ONNX file: the protobuf message ModelProto of https://github.com/onnx/onnx (onnx.proto).

const GRAPH = 7;
const METADATA = 14;
const VARINT = 0;
const BYTES = 2;
const MAX_ENTRY_BYTES = 1024 ** 2;
/** A tag and a length, each of ten bytes at most. */
const HEAD_BYTES = 20;

/** Reads a model's metadata by key; null if the file is no ONNX model, or is cut short. */
export async function readOnnxMetadata(path: string): Promise<ReadonlyMap<string, string> | null> {
  const file = await open(path);
  try {
    return await readModel(file, (await file.stat()).size);
  } finally {
    await file.close();
  }
}

async function readModel(file: FileHandle, size: number): Promise<ReadonlyMap<string, string> | null> {
  const metadata = new Map<string, string>();
  const head = Buffer.alloc(HEAD_BYTES);
  let hasGraph = false;
  let at = 0;
  while (at < size) {
    const { bytesRead } = await file.read(head, 0, HEAD_BYTES, at);
    const tag = readVarint(head.subarray(0, bytesRead), 0);
    const value = tag === null ? null : readVarint(head.subarray(0, bytesRead), tag.next);
    if (tag === null || value === null) return null;
    const field = tag.value >> 3;
    const kind = tag.value & 7;
    at += value.next;
    if (kind === VARINT) continue;
    if (kind !== BYTES || at + value.value > size) return null;
    if (field === GRAPH) hasGraph = true;
    if (field === METADATA && value.value <= MAX_ENTRY_BYTES) {
      const entry = Buffer.alloc(value.value);
      await file.read(entry, 0, entry.length, at);
      const [key, text] = textsOf(entry);
      if (key !== undefined) metadata.set(key, text ?? '');
    }
    at += value.value;
  }
  return hasGraph ? metadata : null;
}

/** The texts of a message that has only such fields, by their order. */
function textsOf(entry: Buffer): string[] {
  const texts: string[] = [];
  for (let at = 0; at < entry.length; ) {
    const length = readVarint(entry, at + 1);
    if (length === null) break;
    texts.push(entry.toString('utf8', length.next, length.next + length.value));
    at = length.next + length.value;
  }
  return texts;
}

function readVarint(bytes: Buffer, from: number): { value: number; next: number } | null {
  let value = 0;
  for (let i = 0; i < 10; i++) {
    const byte = bytes[from + i];
    if (byte === undefined) return null;
    value += (byte & 127) * 2 ** (7 * i);
    if (byte < 128) return { value, next: from + i + 1 };
  }
  return null;
}
