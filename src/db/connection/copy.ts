import pg from 'pg';
import { giveBackSlab, type Slab, takeSlab } from './copy-buffers.js';
import { type CopySink, CopySocket } from './copy-socket.js';

/** What a COPY gave. */
interface CopiedRows {
  /** The columns of each row, in order. */
  readonly rows: readonly (readonly Buffer[])[];
  /** To be called when none of the rows is needed any more: their memory is used again. */
  release(): void;
}

/**
 * Reads what a query gives as PostgreSQL's binary COPY format, all of it. For bulk bytes: the driver's own rows come as hex, at
 * a fifth of the speed. COPY takes no parameters: values are written into the query by `literal` and `numbers`.
 */
export type CopyOut = (query: string) => Promise<CopiedRows>;

export function createCopyOut(pool: pg.Pool): CopyOut {
  return async (query) => {
    const client = await pool.connect();
    let failure: Error | undefined;
    try {
      return await new Promise<CopiedRows>((resolve, reject) => {
        const copy: CopyQuery = new CopyQuery(`copy (${query}) to stdout (format binary)`, (error) =>
          error ? reject(error) : resolve(copy.messages.read()),
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
  readonly messages = new Messages();

  override submit = (connection: pg.Connection): void => {
    if (connection.stream instanceof CopySocket) connection.stream.copyTo(this.messages);
    pg.Query.prototype.submit.call(this, connection);
  };

  /** Over TLS. */
  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    // Copied, because the driver's parser goes on to use its memory.
    chunk.copy(this.messages.room(chunk.length));
  }
}

/** COPY's messages, in slabs: one a row, the first with the header before it, and one that ends them (the manual, COPY Operations). */
class Messages implements CopySink {
  readonly #messages: Buffer[] = [];
  readonly #slabs: Slab[] = [];

  room(length: number): Buffer {
    let slab = this.#slabs.at(-1);
    if (slab === undefined || slab.bytes.length - slab.filled < length) {
      slab = takeSlab(length);
      this.#slabs.push(slab);
    }
    const room = slab.bytes.subarray(slab.filled, slab.filled + length);
    slab.filled += length;
    this.#messages.push(room);
    return room;
  }

  read(): CopiedRows {
    return { rows: readRows(this.#messages), release: () => this.#slabs.splice(0).forEach(giveBackSlab) };
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
