import { type RawBuilder, sql } from 'kysely';

/** A page of a list ordered by time, then by id: at most `limit` items after a given one. */
export interface TimedPage {
  /** The time is text for PostgreSQL: a timestamp, or `-infinity` for the first page. */
  readonly after: { readonly at: string; readonly id: string };
  readonly limit: number;
}

/** The condition that columns have the given values; null matches any value. */
export function filtered(columns: Readonly<Record<string, string | null>>): RawBuilder<unknown> {
  const given = Object.entries(columns).filter(([, value]) => value !== null);
  return sql.join([sql`true`, ...given.map(([column, value]) => sql`${sql.ref(column)} = ${value}`)], sql` and `);
}

/** The condition that one of the columns has this text, in any case; null matches any value. */
export function foundIn(text: string | null, columns: readonly string[]): RawBuilder<unknown> {
  if (text === null) return sql`true`;
  const found = columns.map((column) => sql`strpos(lower(${sql.ref(column)}), lower(${text})) > 0`);
  return sql`(${sql.join(found, sql` or `)})`;
}
