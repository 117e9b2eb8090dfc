// Node's own server with Debrief's check of the password against the same database, and files in the folder DIR.
//   POST /name   writes the body to a file and answers once it is on the disk
//   GET /name    sends the range of a file that is asked for

import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createPool } from '#debrief/db/connection/pool.js';
import { createCredentialFinder } from '#debrief/db/credentials.js';
import { databaseOf } from '#debrief/db/database.js';
import { createAuthenticator } from '#debrief/server/auth/auth.js';

// Exits with its parent, so that an interrupted bench leaves no process running.
process.once('disconnect', () => process.exit());

const { DATABASE_URL: databaseUrl = '', DIR: dir = '' } = process.env;
const fail = (error: Error) => {
  throw error;
};
const pool = createPool({ connection: { connectionString: databaseUrl }, max: 10, onError: fail });
const authenticate = createAuthenticator(createCredentialFinder(databaseOf(pool)));

async function keep(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
  await pipeline(request, createWriteStream(path, { flush: true }));
  response.writeHead(201, { 'content-length': 0 }).end();
}

const sizes = new Map<string, number>();

/** The size of a file, read once: Debrief's is in its database. */
function sizeOf(path: string): number {
  const size = sizes.get(path) ?? statSync(path).size;
  sizes.set(path, size);
  return size;
}

async function sendRange(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
  const [start, end] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range!)!.slice(1).map(Number) as [number, number];
  response.writeHead(206, {
    'content-type': 'audio/mp4',
    'content-length': end - start + 1,
    'content-range': `bytes ${start}-${end}/${sizeOf(path)}`,
  });
  await pipeline(createReadStream(path, { start, end }), response);
}

const server = createServer(async (request, response) => {
  if ((await authenticate(request.headers.authorization)) === null) return response.writeHead(401).end();
  const path = join(dir, basename(request.url!));
  // A client that goes breaks off its own request only.
  await (request.method === 'POST' ? keep : sendRange)(request, response, path).catch(() => response.destroy());
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as { port: number };
  console.error(`listens on http://127.0.0.1:${port}`);
});
