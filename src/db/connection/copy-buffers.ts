/**
 * A buffer of some hundred kilobytes. It is filled from its beginning, and reused when its contents are no longer
 * needed.
 */
export interface Slab {
  readonly bytes: Buffer;
  filled: number;
}

/** The size of a batch of fragments with what surrounds them. */
const SLAB_BYTES = 768 * 1024;
/** The most slabs kept for reuse. */
const MAX_FREE = 20;
const freeSlabs: Slab[] = [];

/** Takes a slab that holds at least this many bytes. A slab that is never released is simply garbage. */
export function takeSlab(atLeast: number): Slab {
  const bytes = Math.max(SLAB_BYTES, atLeast);
  return (bytes === SLAB_BYTES && freeSlabs.pop()) || { bytes: Buffer.allocUnsafeSlow(bytes), filled: 0 };
}

/** Gives a slab back for reuse. Its contents must no longer be read. */
export function releaseSlab(slab: Slab): void {
  slab.filled = 0;
  if (slab.bytes.length === SLAB_BYTES && freeSlabs.length < MAX_FREE) freeSlabs.push(slab);
}
