import { type RawBuilder, sql } from 'kysely';
import type { ShareAccess } from '../contract/shares.js';
import { formatInstant, type Micros, toTimestamp } from '../wire/instants.js';
import type { Db, Scope, Tx } from './database.js';
import type { ShareTables } from './share-links.js';

// Openings of share links. A row counts the openings by one recipient from one address with one browser within an hour.

/** An opening of a link. */
export interface ShareOpening {
  readonly shareId: string;
  readonly email: string;
  readonly ip: string;
  readonly userAgent: string | null;
  readonly at: Micros;
}

const hourOf = (time: RawBuilder<unknown>) => sql`date_trunc('hour', ${time} at time zone 'UTC')`;

/** A recipient's rows: their number, the newest, and the one to which an opening belongs. Null if there are none. */
export async function countAccesses(
  tx: Tx,
  scope: Scope,
  { accesses }: ShareTables,
  { shareId, email, ip, userAgent, at }: ShareOpening,
): Promise<{ readonly rows: number; readonly newestId: number | null; readonly sameHourId: number | null }> {
  const hour = hourOf(sql`${toTimestamp(at)}::timestamptz`);
  const found = await sql<{ rows: number; newestId: number | null; sameHourId: number | null }>`
    select count(*)::integer as rows, max(access_id) as "newestId", max(access_id) filter (where ip = ${ip}
      and coalesce(user_agent, '') = ${userAgent ?? ''} and ${hourOf(sql`at`)} = ${hour}) as "sameHourId"
    from ${sql.table(accesses)}
    where account_id = ${scope.accountId} and share_id = ${shareId} and email = ${email}`.execute(tx);
  return found.rows[0]!;
}

/** Counts one more opening in an existing row. */
export async function writeAccess(
  tx: Tx,
  scope: Scope,
  { accesses }: ShareTables,
  accessId: number,
  at: Micros,
): Promise<void> {
  await sql`update ${sql.table(accesses)}
    set openings = openings + 1, last_at = greatest(last_at, ${toTimestamp(at)}::timestamptz)
    where account_id = ${scope.accountId} and access_id = ${accessId}`.execute(tx);
}

/** Adds a row for an opening, or counts it in the row that another transaction has added meanwhile. */
export async function insertAccess(
  tx: Tx,
  scope: Scope,
  { accesses }: ShareTables,
  opening: ShareOpening,
): Promise<void> {
  const { shareId, email, ip, userAgent } = opening;
  const at = toTimestamp(opening.at);
  await sql`insert into ${sql.table(accesses)} as stored (account_id, share_id, email, at, last_at, ip, user_agent)
    values (${scope.accountId}, ${shareId}, ${email}, ${at}, ${at}, ${ip}, ${userAgent})
    on conflict (account_id, share_id, email, ip, coalesce(user_agent, ''), ${hourOf(sql`at`)}) do update
      set openings = stored.openings + 1, last_at = greatest(stored.last_at, excluded.last_at)`.execute(tx);
}

/** Openings of a share's links, newest first: at most `limit`, starting before a given row or with the newest. */
export async function selectAccesses(
  db: Db | Tx,
  scope: Scope,
  { accesses }: ShareTables,
  shareId: string,
  page: { readonly before: number | null; readonly limit: number },
): Promise<ShareAccess[]> {
  const found = await sql<Omit<ShareAccess, 'at' | 'lastAt'> & { readonly at: Micros; readonly lastAt: Micros }>`
    select access_id as id, at, last_at as "lastAt", openings, email, ip, user_agent as "userAgent" from ${sql.table(accesses)}
    where account_id = ${scope.accountId} and share_id = ${shareId}
      and access_id < coalesce(${page.before}::bigint, 9223372036854775807)
    order by access_id desc limit ${page.limit}`.execute(db);
  return found.rows.map((row) => ({ ...row, at: formatInstant(row.at), lastAt: formatInstant(row.lastAt) }));
}
