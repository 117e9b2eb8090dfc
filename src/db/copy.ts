import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';

/**
 * Reads what a query gives as PostgreSQL's binary COPY format, all of it, and returns the columns of each row in order. For
 * bulk bytes: the driver's own rows come as hex, at a fifth of the speed. COPY takes no parameters: values are written
 * into the query by `literal` and `numbers`.
 */
export type CopyOut = (query: string) => Promise<Buffer[][]>;

export function createCopyOut(pool: pg.Pool): CopyOut {
  return async (query) => {
    const client = await pool.connect();
    let failure: Error | undefined;
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of client.query(copyTo(`copy (${query}) to stdout (format binary)`))) chunks.push(chunk);
      return readRows(Buffer.concat(chunks));
    } catch (error) {
      failure = error as Error;
      throw error;
    } finally {
      // A connection that failed in the middle of a COPY is not used again.
      client.release(failure);
    }
  };
}

/** A text as it stands in a query. */
export const literal = pg.escapeLiteral;

/** Whole numbers as an array in a query. */
export function numbers(values: readonly number[]): string {
  for (const value of values) if (!Number.isSafeInteger(value)) throw new Error(`${value} is no whole number`);
  return `'{${values.join(',')}}'::bigint[]`;
}

/** "PGCOPY\n\377\r\n\0", flags without OIDs, no header extension (the PostgreSQL manual, COPY, Binary Format). */
const SIGNATURE_LENGTH = 11;
const FIELDS_OFFSET = SIGNATURE_LENGTH + 8;
const END = -1;

function readRows(bytes: Buffer): Buffer[][] {
  let at = FIELDS_OFFSET + bytes.readInt32BE(SIGNATURE_LENGTH + 4);
  const rows: Buffer[][] = [];
  for (let fields = bytes.readInt16BE(at); fields !== END; fields = bytes.readInt16BE(at)) {
    at += 2;
    const row: Buffer[] = [];
    for (let field = 0; field < fields; field++) {
      const length = bytes.readInt32BE(at);
      at += 4;
      row.push(bytes.subarray(at, at + length));
      at += length;
    }
    rows.push(row);
  }
  return rows;
}
