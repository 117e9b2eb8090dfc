/**
 * Cuts bytes into parts of the same size, of which the last may be shorter; no bytes give no part. A part is only good
 * until the part after the next is asked for: its memory is then used again.
 */
export async function* partsOf(chunks: AsyncIterable<Uint8Array>, partBytes: number): AsyncGenerator<Buffer> {
  let part: Buffer = Buffer.allocUnsafeSlow(partBytes);
  let spare: Buffer | undefined;
  let filled = 0;
  for await (const chunk of chunks) {
    let taken = 0;
    while (taken < chunk.length) {
      const piece = chunk.subarray(taken, taken + partBytes - filled);
      part.set(piece, filled);
      filled += piece.length;
      taken += piece.length;
      if (filled < partBytes) continue;
      yield part;
      const next = spare ?? Buffer.allocUnsafeSlow(partBytes);
      spare = part;
      part = next;
      filled = 0;
    }
  }
  if (filled > 0) yield part.subarray(0, filled);
}
