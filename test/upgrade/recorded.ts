import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import type pg from 'pg';
import { startDatabase, type TemporaryDatabase } from '../support/database.js';

// Databases as released versions left them: `record-VERSION.js` says how each file was made.

type Row = Readonly<Record<string, string | null>>;

/** Rows that are written at once: PostgreSQL takes 65,535 parameters. */
const BATCH_ROWS = 200;

const folder = new URL('./', import.meta.url);
const scripts = new URL('../../migrations/', import.meta.url);

/** What is recorded of a version: the answers of its feeds, and all rows by table. */
export interface Recording {
  readonly migrations: readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: entries of every feed
  readonly feeds: ReadonlyMap<string, any[]>;
  readonly rows: ReadonlyMap<string, Row[]>;
}

export async function readRecording(version: string): Promise<Recording> {
  const recording = gunzipSync(await readFile(new URL(`${version}.ndjson.gz`, folder))).toString();
  const [head, ...lines] = recording
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const feeds = new Map(lines.filter(({ feed }) => feed).map(({ feed, entries }) => [feed, entries]));
  const rows = new Map<string, Row[]>();
  for (const { table, row } of lines.filter(({ table }) => table)) rows.set(table, [...(rows.get(table) ?? []), row]);
  return { migrations: head.migrations, feeds, rows };
}

/** A database of its own with the tables and the rows of a recording; not upgraded. */
export function startRecorded(recording: Recording): Promise<TemporaryDatabase> {
  return startDatabase((pool) => restore(pool, recording));
}

async function restore(pool: pg.Pool, { migrations, rows }: Recording): Promise<void> {
  const client = await pool.connect();
  await client.query('create table migrations (name text primary key, applied_at timestamptz not null default now())');
  for (const name of migrations) {
    await client.query(await readFile(new URL(name, scripts), 'utf8'));
    await client.query('insert into migrations (name) values ($1)', [name]);
  }
  // The rows are as they were committed: nothing is to be checked or done again for them.
  await client.query("set session_replication_role = 'replica'");
  for (const [table, all] of rows) {
    for (let at = 0; at < all.length; at += BATCH_ROWS) await insert(client, table, all.slice(at, at + BATCH_ROWS));
  }
  await client.query('reset session_replication_role');
  await advanceIdentities(client);
  client.release();
}

async function insert(client: pg.PoolClient, table: string, rows: readonly Row[]): Promise<void> {
  const columns = Object.keys(rows[0]!);
  const places = rows.map((_, row) => `(${columns.map((_, at) => `$${row * columns.length + at + 1}`).join(', ')})`);
  const names = columns.map((column) => `"${column}"`).join(', ');
  await client.query(
    `insert into "${table}" (${names}) overriding system value values ${places.join(', ')}`,
    rows.flatMap((row) => columns.map((column) => row[column])),
  );
}

/** What is numbered by the database goes on after the highest number there is. */
async function advanceIdentities(client: pg.PoolClient): Promise<void> {
  const found = await client.query<{ table: string; column: string }>(`
    select table_name as table, column_name as column from information_schema.columns
    where table_schema = 'public' and is_identity = 'YES'`);
  for (const { table, column } of found.rows) {
    await client.query(`select setval(pg_get_serial_sequence('"${table}"', '${column}'),
      coalesce(max("${column}"), 0) + 1, false) from "${table}"`);
  }
}
