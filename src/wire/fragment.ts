import { constants, crc32, deflateRaw, deflateRawSync, inflateRaw, inflateRawSync } from 'node:zlib';

/**
 * JSON text in the form in which it is stored and sent: raw deflate (RFC 1951), ended by a full flush. It therefore
 * ends on a byte boundary (00 00 FF FF), refers to nothing before it, and can stand anywhere in a gzip stream.
 */
export interface Fragment {
  readonly deflated: Buffer;
  /** Bytes of the JSON text. */
  readonly rawLength: number;
  /** Of the JSON text. */
  readonly crc32: number;
}

/** A stored fragment without its bytes: what a page needs to know before it is sent. */
export interface FragmentRef {
  readonly fragmentId: number;
  readonly rawLength: number;
  readonly deflatedLength: number;
  readonly crc32: number;
}

/** The bytes of some fragments. */
export interface FragmentBatch {
  readonly bytes: readonly Uint8Array[];
  /** Must be called when the bytes are no longer needed: their memory is reused. */
  release(): void;
}

/** The zlib level of transcripts and their forms: at 6 they take more than twice as long, and are a few percent smaller. */
const TRANSCRIPT_LEVEL = 4;

/** Deflates JSON text into a fragment, at the level of transcripts unless given, on this thread. */
export function makeFragment(json: Uint8Array, level = TRANSCRIPT_LEVEL): Fragment {
  return { deflated: deflateRawSync(json, deflateOptions(json, level)), rawLength: json.length, crc32: crc32(json) };
}

/** Deflates JSON text into a fragment on zlib's own threads. */
export function deflate(json: Uint8Array, level: number): Promise<Fragment> {
  return new Promise((resolve, reject) => {
    deflateRaw(json, deflateOptions(json, level), (error, deflated) =>
      error ? reject(error) : resolve({ deflated, rawLength: json.length, crc32: crc32(json) }),
    );
  });
}

function deflateOptions(json: Uint8Array, level: number) {
  // Transcripts and matches deflate to less than a quarter, so a chunk of that size holds the result without copying.
  const chunkSize = Math.max(1024, json.length >> 2);
  return { level, finishFlush: constants.Z_FULL_FLUSH, chunkSize };
}

/**
 * Inflates a stored fragment or analysis form on zlib's own threads. One output chunk holds the whole, so nothing is
 * copied.
 */
export function inflate(deflated: Uint8Array, rawLength: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    inflateRaw(deflated, inflateOptions(rawLength), (error, raw) => (error ? reject(error) : resolve(raw)));
  });
}

/**
 * Inflates on this thread, for callers with nothing else to do meanwhile: for a call's analysis form, the way to a
 * thread and back takes as long as inflating.
 */
export function inflateNow(deflated: Uint8Array, rawLength: number): Buffer {
  return inflateRawSync(deflated, inflateOptions(rawLength));
}

const inflateOptions = (rawLength: number) => ({ finishFlush: constants.Z_SYNC_FLUSH, chunkSize: rawLength + 64 });
