// What a first version would do: the page's rows with their transcripts as jsonb, one JSON.stringify, one answer. A
// client that accepts gzip gets the same, compressed by zlib (level 6) as it is sent.

import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import fastify from 'fastify';
import pg from 'pg';
import { isKnown } from './basic.js';

// Exits with its parent, so that an interrupted bench leaves no process running.
process.once('disconnect', () => process.exit());

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const app = fastify();

app.addHook('onRequest', async (request, reply) => {
  if (!isKnown(request.headers.authorization)) return reply.code(401).send();
});

app.get('/check', async (_, reply) => reply.send());

interface Page {
  readonly since: string;
  readonly last_id: string;
  readonly limit: string;
}

app.get<{ Querystring: Page }>('/calls', async (request, reply) => {
  const { since, last_id: lastId, limit } = request.query;
  const { rows } = await pool.query(
    `select id, "callerEmail", "callerId", "callSummary", "callTime", duration, direction, state, transcript, stats,
       "originalPath", metadata, modified
     from naive_calls where (modified, id) > ($1, $2) order by modified, id limit $3`,
    [since, lastId, limit],
  );
  const json = JSON.stringify(rows);
  reply.type('application/json; charset=utf-8');
  if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return reply.send(json);
  return reply.header('content-encoding', 'gzip').send(Readable.from([json]).pipe(createGzip({ level: 6 })));
});

console.error(`listens on ${await app.listen({ host: '127.0.0.1', port: 0 })}`);
