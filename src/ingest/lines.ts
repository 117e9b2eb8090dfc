const NEWLINE = 10;
const RETURN = 13;

/**
 * Splits a stream into lines without their ends (LF or CRLF). A line longer than `maxBytes` is yielded as null, and is
 * never held in memory.
 */
export async function* splitLines(bytes: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Buffer | null> {
  let pieces: Buffer[] = [];
  let length = 0;
  const take = (piece: Buffer) => {
    length += piece.length;
    if (length <= maxBytes) pieces.push(piece);
    else pieces = [];
  };
  const finish = (): Buffer | null => {
    const line = length > maxBytes ? null : Buffer.concat(pieces);
    pieces = [];
    length = 0;
    return line !== null && line.at(-1) === RETURN ? line.subarray(0, -1) : line;
  };
  for await (const chunk of bytes) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      take(chunk.subarray(from, at));
      yield finish();
      from = at + 1;
    }
    if (from < chunk.length) take(chunk.subarray(from));
  }
  if (length > 0) yield finish();
}
