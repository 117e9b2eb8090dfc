import { crc32 } from 'node:zlib';
import { combineCrc32 } from './crc32.js';
import { deflate, type Fragment, type FragmentBatch, type FragmentRef, inflate } from './fragment.js';

/** A part of an answer that is not sent yet: JSON text, or a reference to a stored fragment. */
export type Part = Buffer | FragmentRef;
/** A part of an answer that is to be sent as gzip: some of the text is already deflated. */
type GzipPart = Part | Fragment;

/** Collects an answer, joining adjacent pieces of text into one buffer. */
export class PageBuilder {
  readonly #parts: Part[] = [];
  #text: string[] = [];

  /** Appends JSON text. */
  text(json: string): void {
    this.#text.push(json);
  }

  /** Appends a stored fragment. */
  fragment(ref: FragmentRef): void {
    this.#flush();
    this.#parts.push(ref);
  }

  /** What was appended, in order. */
  parts(): readonly Part[] {
    this.#flush();
    return this.#parts;
  }

  #flush(): void {
    if (this.#text.length === 0) return;
    this.#parts.push(Buffer.from(this.#text.join('')));
    this.#text = [];
  }
}

/** The stored bytes of a page's fragments, in the page's order. */
export type FragmentBytes = AsyncIterable<FragmentBatch>;

/** Consecutive bytes of an answer, never none. They are valid until the next are asked for. */
type Pieces = readonly Uint8Array[];

/** The references to fragments among the parts, in order. */
export function fragmentsOf(parts: readonly Part[]): FragmentRef[] {
  return parts.filter((part): part is FragmentRef => !Buffer.isBuffer(part));
}

/**
 * Text of at least this many bytes is deflated: that of many calls without transcripts, or of one with much other data.
 */
const LONG_TEXT = 1024;
/**
 * In a page of more parts than this, only much longer text is deflated: deflating costs 50 µs a part, however short.
 */
const FEW_PARTS = 20;
const VERY_LONG_TEXT = 16 * LONG_TEXT;

/** Deflates long text for gzip, on zlib's threads. Short text is sent in stored blocks. */
export function deflateText(parts: readonly Part[]): Promise<GzipPart[]> {
  const least = parts.length > FEW_PARTS ? VERY_LONG_TEXT : LONG_TEXT;
  return Promise.all(parts.map((part) => (Buffer.isBuffer(part) && part.length >= least ? deflate(part, 1) : part)));
}

/** The length in bytes of the answer without a content coding. */
export function plainLength(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + (Buffer.isBuffer(part) ? part.length : part.rawLength), 0);
}

const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
const FINAL_BLOCK = Buffer.from([1, 0, 0, 0xff, 0xff]);
const TRAILER_LENGTH = FINAL_BLOCK.length + 8;
/** The most bytes in one stored deflate block (RFC 1951 §3.2.4). */
const STORED_MAX = 65_535;
const STORED_HEADER = 5;

/** The length in bytes of the answer as one gzip member (RFC 1952). */
export function gzipLength(parts: readonly GzipPart[]): number {
  const lengthOf = (part: GzipPart) => {
    if (Buffer.isBuffer(part)) return part.length + Math.ceil(part.length / STORED_MAX) * STORED_HEADER;
    return 'deflated' in part ? part.deflated.length : part.deflatedLength;
  };
  return parts.reduce((sum, part) => sum + lengthOf(part), GZIP_HEADER.length + TRAILER_LENGTH);
}

/** Text as stored deflate blocks (RFC 1951 §3.2.4). */
function storedBlocks(text: Buffer): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at < text.length; at += STORED_MAX) {
    const block = text.subarray(at, at + STORED_MAX);
    const header = Buffer.alloc(STORED_HEADER);
    header.writeUInt16LE(block.length, 1);
    header.writeUInt16LE(~block.length & 0xffff, 3);
    blocks.push(header, block);
  }
  return Buffer.concat(blocks);
}

/**
 * Sends the answer as one valid gzip member, spliced: stored fragments are sent as they are, the text between them as
 * stored blocks or as deflated before.
 * @throws Error if a fragment is gone: the answer then breaks off.
 */
export async function* gzipPage(parts: readonly GzipPart[], fragments: FragmentBytes): AsyncGenerator<Pieces> {
  let crc = 0;
  let length = 0;
  let at = 0;
  let pieces: Uint8Array[] = [GZIP_HEADER];
  const addDeflated = (bytes: Uint8Array, of: Omit<Fragment, 'deflated'>) => {
    crc = combineCrc32(crc, of.crc32, of.rawLength);
    length += of.rawLength;
    pieces.push(bytes);
  };
  const addText = () => {
    for (let part = parts[at]; part !== undefined && !('fragmentId' in part); part = parts[++at]) {
      if (Buffer.isBuffer(part)) {
        crc = crc32(part, crc);
        length += part.length;
        pieces.push(storedBlocks(part));
      } else addDeflated(part.deflated, part);
    }
  };
  for await (const batch of fragments) {
    for (const bytes of batch.bytes) {
      addText();
      addDeflated(bytes, checkFragment(parts[at++] as FragmentRef, bytes));
    }
    // Empty if the batch's first fragment is gone.
    if (pieces.length > 0) yield pieces;
    batch.release();
    pieces = [];
  }
  addText();
  if (parts[at] !== undefined) throw fragmentGone(parts[at] as FragmentRef);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc, 0);
  trailer.writeUInt32LE(length % 2 ** 32, 4);
  yield [...pieces, FINAL_BLOCK, trailer];
}

/**
 * Sends the answer without a content coding. Fragments are inflated on zlib's threads, one ahead of the one being sent.
 * @throws Error if a fragment is gone: the answer then breaks off.
 */
export async function* plainPage(parts: readonly Part[], fragments: FragmentBytes): AsyncGenerator<Pieces> {
  const inflated = inflateAhead(fragmentsOf(parts), fragments);
  let pieces: Uint8Array[] = [];
  for (const part of parts) {
    if (Buffer.isBuffer(part)) {
      pieces.push(part);
      continue;
    }
    const next = await inflated.next();
    if (next.done) throw fragmentGone(part);
    yield [...pieces, next.value];
    pieces = [];
  }
  if (pieces.length > 0) yield pieces;
}

/** Yields the JSON of fragments, inflating one ahead of the one that was asked for. */
export async function* inflateAhead(refs: readonly FragmentRef[], fragments: FragmentBytes): AsyncGenerator<Buffer> {
  let at = 0;
  let ahead: Promise<Buffer> | null = null;
  for await (const batch of fragments) {
    let left = batch.bytes.length;
    for (const bytes of batch.bytes) {
      const ref = checkFragment(refs[at++]!, bytes);
      const next = inflate(bytes, ref.rawLength).finally(() => {
        left -= 1;
        if (left === 0) batch.release();
      });
      // It is awaited later; until then a failure must not count as unhandled.
      next.catch(() => {});
      if (ahead !== null) yield ahead;
      ahead = next;
    }
  }
  if (ahead !== null) yield ahead;
}

function checkFragment(ref: FragmentRef, bytes: Uint8Array): FragmentRef {
  if (bytes.length !== ref.deflatedLength) throw fragmentGone(ref);
  return ref;
}

function fragmentGone(ref: FragmentRef): Error {
  return new Error(`fragment ${ref.fragmentId} is gone: its call was erased while the answer was under way`);
}
