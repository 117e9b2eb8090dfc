// Node's own server with a check of the password, and nothing else that the same answer does not need.
//   /check   only the check of the password
//   /page    a page of the feed by the statements that Debrief runs for one, including remembering its end
//   /select  the same page by one select through `pg`, as a first version would do it

import { createServer, type ServerResponse } from 'node:http';
import { Kysely, PostgresDialect } from 'kysely';
import { callsAfter, callsFeed } from '#debrief/db/calls.js';
import { createPool } from '#debrief/db/connection/pool.js';
import { rememberPage } from '#debrief/db/feed-ends.js';
import { startOfPage } from '#debrief/db/page-start.js';
import type { Tables } from '#debrief/db/schema.js';
import { parseInstant } from '#debrief/wire/instants.js';
import { isKnown } from './basic.js';

// Exits with its parent, so that an interrupted bench leaves no process running.
process.once('disconnect', () => process.exit());

const { DATABASE_URL: databaseUrl = '', ACCOUNT_ID: accountId = '', CREDENTIAL_ID: credentialId = '' } = process.env;
const fail = (error: Error) => {
  throw error;
};
const pool = createPool({ connection: { connectionString: databaseUrl }, max: 10, onError: fail });
const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
const reader = { accountId, credentialId };
const parts = { transcripts: false, crmMatches: false, cards: 'none' } as const;

async function page(query: URLSearchParams): Promise<unknown> {
  const now = Date.now() * 1000;
  const sinceAsSent = query.get('since')!;
  const request = { since: parseInstant(sinceAsSent)!, sinceAsSent, lastId: query.get('last_id'), getsEntries: true };
  const start = await startOfPage(db, reader, callsFeed, request, now);
  const rows = await callsAfter(db, reader, start.position, Number(query.get('limit')), parts);
  const last = rows.at(-1)!;
  const end = { id: last.callId, stamp: last.modified, times: [last.callTime] };
  await rememberPage(db, reader, callsFeed, request, start, end, now);
  return rows;
}

async function select(query: URLSearchParams): Promise<unknown> {
  const { rows } = await pool.query(
    `select call_id, caller_id, call_summary, call_time, duration, direction, state, stats, original_path, metadata, stamp
     from calls where account_id = $1 and (stamp, call_id) > ($2, $3) order by stamp, call_id limit $4`,
    [accountId, query.get('since'), query.get('last_id'), query.get('limit')],
  );
  return rows;
}

function send(response: ServerResponse, status: number, body: string): void {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, headers).end(body);
}

const server = createServer(async (request, response) => {
  if (!isKnown(request.headers.authorization)) return send(response, 401, '');
  const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
  if (pathname === '/check') return send(response, 200, '');
  const rows = await (pathname === '/page' ? page : select)(searchParams);
  send(response, 200, JSON.stringify(rows));
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as { port: number };
  console.error(`listens on http://127.0.0.1:${port}`);
});
