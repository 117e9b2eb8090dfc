/** Room for some hundred kilobytes, which is filled from its beginning and used again when nobody needs what it holds. */
export interface Slab {
  readonly bytes: Buffer;
  filled: number;
}

/** A batch of fragments and what is around them. */
const SLAB_BYTES = 768 * 1024;
/** As many as are kept for later. */
const MOST_KEPT = 20;
const kept: Slab[] = [];

/** A slab with room for so many bytes. Whoever forgets to give it back loses nothing: it is garbage then. */
export function takeSlab(atLeast: number): Slab {
  const bytes = Math.max(SLAB_BYTES, atLeast);
  return (bytes === SLAB_BYTES && kept.pop()) || { bytes: Buffer.allocUnsafeSlow(bytes), filled: 0 };
}

export function giveBackSlab(slab: Slab): void {
  slab.filled = 0;
  if (slab.bytes.length === SLAB_BYTES && kept.length < MOST_KEPT) kept.push(slab);
}
