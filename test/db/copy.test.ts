import { once } from 'node:events';
import { createServer, type Server, type Socket as ServerSocket, Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type CopyOut, createCopyOut } from '#debrief/db/connection/copy.js';
import { CopySocket } from '#debrief/db/connection/copy-socket.js';
import { createPool } from '#debrief/db/connection/pool.js';

const fail = (error: Error) => {
  throw error;
};
/** Rows from empty to larger than what is read at once, and than what rows are kept in. */
const sizes = [0, 1, 5, 7_000, 131_072, 90_000, 500_000, 20, 393_216, 3];
const query = `select n, repeat(chr(64 + n::int), (array[${sizes.join()}])[n])::bytea
  from generate_series(1::bigint, ${sizes.length}) n`;
const expected = sizes.map((size, index) => [index + 1, String.fromCharCode(65 + index).repeat(size)]);

async function rowsOf(copyOut: CopyOut): Promise<unknown[]> {
  const { rows, release } = await copyOut(query);
  const read = readRows(rows);
  release();
  return read;
}

function readRows(rows: readonly (readonly Buffer[])[]): unknown[] {
  return rows.map(([n, bytes]) => [Number(n!.readBigInt64BE()), bytes!.toString()]);
}

describe.each([
  ['its own sockets', (connection: pg.ClientConfig) => createPool({ connection, max: 2, onError: fail })],
  // TLS is read from a socket past JavaScript, so there the driver reads COPY's data too.
  [
    "the driver's sockets, as over TLS",
    (connection: pg.ClientConfig) => new pg.Pool({ ...connection, stream: () => new Socket(), max: 2 }),
  ],
])('COPY over %s', (_, openPool) => {
  let pool: pg.Pool;
  let copyOut: CopyOut;
  beforeAll(() => {
    pool = openPool({ connectionString: inject('databaseUrl') });
    copyOut = createCopyOut(pool);
  });
  afterAll(() => pool.end());

  test('gives every row, again and again, beside other queries', async () => {
    const others = Array.from({ length: 20 }, (_, n) => pool.query('select $1::int as n', [n]));
    const copies = Array.from({ length: 10 }, () => rowsOf(copyOut));
    for (const rows of await Promise.all(copies)) expect(rows).toEqual(expected);
    for (const [n, { rows }] of (await Promise.all(others)).entries()) expect(rows).toEqual([{ n }]);
    expect((await copyOut('select 1 where false')).rows).toEqual([]);
  });

  test('leaves rows alone that are not released', async () => {
    const kept = await copyOut(query);
    for (let i = 0; i < 5; i++) await rowsOf(copyOut);
    expect(readRows(kept.rows)).toEqual(expected);
  });

  test('that fails in the middle is an error, and nothing waits for it', async () => {
    const failing = copyOut(`select repeat('x', 100000)::bytea, 1 / (5 - n) from generate_series(1, 10) n`);
    await expect(failing).rejects.toThrow('division by zero');
    await expect(copyOut('select nothing')).rejects.toThrow('does not exist');
    expect(await rowsOf(copyOut)).toEqual(expected);
  });
});

describe('a connection that reads COPY by itself', () => {
  let server: Server;
  let ends: ServerSocket[];
  beforeAll(async () => {
    ends = [];
    server = createServer((end) => ends.push(end)).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => server.close());

  const message = fc.record({
    // ParameterStatus and NoticeResponse may come in the midst of a COPY.
    type: fc.constantFrom('d', 'd', 'd', 'S', 'N'),
    body: fc.uint8Array({ maxLength: 40 }),
  });

  function bytesOf(messages: readonly { type: string; body: Uint8Array }[]): Buffer {
    return Buffer.concat(
      messages.map(({ type, body }) => {
        const head = Buffer.from(`${type}....`);
        head.writeUInt32BE(body.length + 4, 1);
        return Buffer.concat([head, body]);
      }),
    );
  }

  test("takes COPY's data and hands on all else, however it comes in pieces", async () => {
    const socket = new CopySocket();
    const handedOn: Buffer[] = [];
    socket.on('data', (bytes: Buffer) => handedOn.push(bytes));
    socket.connect((server.address() as { port: number }).port, '127.0.0.1');
    await once(socket, 'connect');
    while (ends.length === 0) await setImmediate();
    let sent = 0;
    const send = async (bytes: Buffer) => {
      ends[0]!.write(bytes);
      sent += bytes.length;
      // Each piece is a read of its own.
      while (socket.bytesRead < sent) await setImmediate();
    };
    const property = async (messages: { type: string; body: Uint8Array }[], cuts: number[]) => {
      handedOn.length = 0;
      const ready = { type: 'Z', body: Buffer.from('I') };
      // What comes after the query is not looked at, though it look like data.
      const after = bytesOf([{ type: 'd', body: Buffer.from('after') }]);
      const buffers: Uint8Array[] = [];
      socket.copyTo({ allocate: (length) => buffers[buffers.push(new Uint8Array(length)) - 1]! });
      const bytes = Buffer.concat([bytesOf([...messages, ready]), after]);
      let at = 0;
      for (const cut of [...cuts, bytes.length]) {
        if (at < bytes.length) await send(bytes.subarray(at, at + cut));
        at += cut;
      }
      expect(buffers).toEqual(messages.filter(({ type }) => type === 'd').map(({ body }) => Uint8Array.from(body)));
      const others = bytesOf([...messages.filter(({ type }) => type !== 'd'), ready]);
      expect(Buffer.concat(handedOn)).toEqual(Buffer.concat([others, after]));
    };
    const cuts = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 30 });
    await fc.assert(fc.asyncProperty(fc.array(message, { maxLength: 8 }), cuts, property), { numRuns: 100 });
    socket.destroy();
  });
});
