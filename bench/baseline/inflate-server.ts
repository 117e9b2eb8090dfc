// What an answer without a content coding must cost in Node: all fragments, inflated from memory two at a time, and sent
// in order as fast as the client reads. It reads no database and joins nothing.
//   /pages

import { createServer, type ServerResponse } from 'node:http';
import pg from 'pg';
import { inflate } from '#debrief/wire/fragment.js';

// Exits with its parent, so that an interrupted bench leaves no process running.
process.once('disconnect', () => process.exit());

const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
await client.connect();
const { rows } = await client.query<{ deflated: Buffer; raw_length: number }>(
  'select deflated, raw_length from fragments order by fragment_id',
);
await client.end();
const length = rows.reduce((sum, { raw_length }) => sum + raw_length, 0);

async function send(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': length });
  const inflated = (index: number) => rows[index] && inflate(rows[index].deflated, rows[index].raw_length);
  let next = inflated(0);
  for (let index = 0; index < rows.length; index++) {
    const bytes = await next!;
    next = inflated(index + 1);
    await new Promise((resolve) => response.write(bytes, resolve));
  }
  response.end();
}

const server = createServer((request, response) => {
  if (request.url!.startsWith('/pages')) return send(response);
  return response.writeHead(200, { 'content-length': 0 }).end();
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as { port: number };
  console.error(`listens on http://127.0.0.1:${port}`);
});
