import { type RawBuilder, sql } from 'kysely';

/** The condition that columns have the values which a list is asked for; null asks for any. */
export function filtered(columns: Readonly<Record<string, string | null>>): RawBuilder<unknown> {
  const given = Object.entries(columns).filter(([, value]) => value !== null);
  return sql.join([sql`true`, ...given.map(([column, value]) => sql`${sql.ref(column)} = ${value}`)], sql` and `);
}
