import { type RawBuilder, sql } from 'kysely';
import { type Micros, toTimestamp } from '../wire/instants.js';
import type { Scope, Tx } from './database.js';
import type { Feed, Position } from './feed.js';

/**
 * A feed whose entries are a table's rows. The table has the columns `stamp` and `first_stamp` (null until the
 * transaction that creates the row takes its stamp) and an index on (account_id, stamp, id).
 */
export interface FeedTable extends Feed {
  readonly table: string;
  /** The column of the id: text in the C collation, also where the wire shows a number. */
  readonly id: string;
  /** The condition for rows that are in the feed. */
  readonly where: RawBuilder<unknown>;
}

interface FeedTableOptions {
  readonly name: string;
  readonly table: string;
  readonly id: string;
  /** The columns of the other timestamps that an entry shows. */
  readonly times?: readonly string[];
  /** The condition for rows that are in the feed; all rows unless given. */
  readonly where?: RawBuilder<unknown>;
}

/** Makes the feed of a table's rows. */
export function feedTable({ name, table, id, times = [], where = sql`true` }: FeedTableOptions): FeedTable {
  const columns = ['stamp', 'first_stamp', ...times].map((column) => sql.ref(column));
  return {
    name,
    pagedByTimes: true,
    table,
    id,
    where,
    async findEntry(db, scope, entryId) {
      const found = await sql<{ stamp: Micros; first_stamp: Micros } & Record<string, Micros | null>>`
        select ${sql.join(columns)} from ${sql.table(table)}
        where account_id = ${scope.accountId} and ${sql.ref(id)} = ${entryId} and ${where}`.execute(db);
      const row = found.rows[0];
      if (!row) return null;
      const shown = times.map((column) => row[column]).filter((time) => time != null);
      return { stamp: row.stamp, firstStamp: row.first_stamp, times: shown };
    },
    async hasStamp(db, scope, stamp) {
      const found = await sql`select 1 from ${sql.table(table)} where account_id = ${scope.accountId}
        and stamp = ${toTimestamp(stamp)}::timestamptz and ${where} limit 1`.execute(db);
      return found.rows.length > 0;
    },
  };
}

/** The condition, order and limit of a feed's page, with the columns of `alias`. */
export function pageAfter(
  { id }: FeedTable,
  alias: string,
  scope: Scope,
  after: Position,
  limit: number,
  where: RawBuilder<unknown> = sql`true`,
): RawBuilder<unknown> {
  const [account, stamp, entry] = ['account_id', 'stamp', id].map((column) => sql.ref(`${alias}.${column}`));
  return sql`where ${account!} = ${scope.accountId} and (${stamp!}, ${entry!}) > (${toTimestamp(after.stamp)}::timestamptz, ${after.id})
    and ${where} order by ${stamp!}, ${entry!} limit ${limit}`;
}

/**
 * Moves entries to the end of their feed; rows that are not in the feed stay without a stamp. Called last in a
 * transaction: it takes the account's stamp lock, which is held until commit. The rows are locked first, in order, so
 * that two writers cannot deadlock.
 */
export async function stampEntries(tx: Tx, scope: Scope, feed: FeedTable, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const [table, id] = [sql.table(feed.table), sql.ref(feed.id)];
  const found = await sql<{ id: string }>`select ${id} as id from ${table}
    where account_id = ${scope.accountId} and ${id} = any(${ids}) and ${feed.where}
    order by ${id} for no key update`.execute(tx);
  const inFeed = new Set(found.rows.map((row) => row.id));
  const entries = ids.filter((entry) => inFeed.has(entry));
  if (entries.length === 0) return;
  await sql`with taken as materialized (select take_stamps(${scope.accountId}, ${entries.length}) as first),
    stamped as (select entry_id, nth_stamp(taken.first, ordinality - 1) as new_stamp
      from taken, unnest(${entries}::text[]) with ordinality as ids (entry_id, ordinality))
    update ${table} as entries set stamp = stamped.new_stamp, first_stamp = coalesce(entries.first_stamp, stamped.new_stamp)
    from stamped where entries.account_id = ${scope.accountId} and ${sql.ref(`entries.${feed.id}`)} = stamped.entry_id`.execute(
    tx,
  );
}
