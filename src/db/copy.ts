import pg from 'pg';

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
      return await new Promise<Buffer[][]>((resolve, reject) => {
        const copy: CopyQuery = new CopyQuery(`copy (${query}) to stdout (format binary)`, (error) =>
          error ? reject(error) : resolve(readRows(copy.messages)),
        );
        client.query(copy);
      });
    } catch (error) {
      failure = error as Error;
      throw error;
    } finally {
      // A connection that failed in the middle of a COPY is not used again.
      client.release(failure);
    }
  };
}

/** The driver's query, which would throw COPY's data away. */
class CopyQuery extends pg.Query {
  readonly messages: Buffer[] = [];

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    // Copied, because the driver's parser goes on to use its memory.
    this.messages.push(Buffer.from(chunk));
  }
}

/** A text as it stands in a query. */
export const literal = pg.escapeLiteral;

/** Whole numbers as an array in a query. */
export function numbers(values: readonly number[]): string {
  for (const value of values) if (!Number.isSafeInteger(value)) throw new Error(`${value} is no whole number`);
  return `'{${values.join(',')}}'::bigint[]`;
}

/** "PGCOPY\n\377\r\n\0", flags without OIDs, no header extension (the PostgreSQL manual, COPY, Binary Format). */
const HEADER_LENGTH = 19;
const END = -1;

/** The rows of COPY's messages: one a row, the first with the header before it, and one that ends them (the manual, COPY Operations). */
function readRows(messages: readonly Buffer[]): Buffer[][] {
  const rows: Buffer[][] = [];
  for (const [index, message] of messages.entries()) {
    let at = index === 0 ? HEADER_LENGTH : 0;
    const fields = message.readInt16BE(at);
    at += 2;
    if (fields === END) break;
    const row: Buffer[] = [];
    for (let field = 0; field < fields; field++) {
      const length = message.readInt32BE(at);
      at += 4;
      row.push(message.subarray(at, at + length));
      at += length;
    }
    rows.push(row);
  }
  return rows;
}
