import type { TestService } from './service.js';

/** Columns, by table, that go on saying who it was: what was done is written down as it was. */
const RECORDS: Record<string, readonly string[]> = {
  users: ['user_id'],
  audit: ['by_id', 'id', 'before', 'after'],
  result_history: ['by_id', 'before'],
  transcript_edits: ['by_id'],
  uploads: ['sent_by'],
  // Gone within the hour.
  change_log: ['user_ids'],
};
export const recorded = Object.entries(RECORDS).flatMap(([table, names]) => names.map((name) => `${table}.${name}`));

/** The columns of texts and of JSON, by table: what can hold a user's id. */
export async function namesOf({ pool }: TestService): Promise<Map<string, string[]>> {
  const { rows } = await pool.query(
    `select c.table_name as "table", array_agg(c.column_name::text order by c.column_name) as columns from information_schema.columns c
     join information_schema.tables t using (table_schema, table_name)
     where table_schema = 'public' and table_type = 'BASE TABLE' and c.udt_name in ('text', '_text', 'json', 'jsonb')
     group by 1 order by 1`,
  );
  return new Map(rows.map(({ table, columns }) => [table, columns]));
}

/** The beginning of a mention in HTML. */
export function mark(userId: string): string {
  return `<span data-user-id="${escaped(userId)}">@`;
}

function escaped(id: string): string {
  return id.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** Where in the account an id stands, as it is, in JSON or in HTML. */
export async function standing(service: TestService, accountId: string, id: string): Promise<string[]> {
  const found: string[] = [];
  for (const [table, names] of await namesOf(service)) {
    if (!names.includes('account_id')) continue;
    const counts = names.map(
      (name) => `count(*) filter (where greatest(strpos("${name}"::text, $2), strpos("${name}"::text, $3),
        strpos("${name}"::text, $4)) > 0)::int as "${name}"`,
    );
    const { rows } = await service.pool.query(`select ${counts.join(', ')} from "${table}" where account_id = $1`, [
      ...[accountId, id, JSON.stringify(id).slice(1, -1), `data-user-id="${escaped(id)}"`],
    ]);
    found.push(...names.filter((name) => rows[0][name] > 0).map((name) => `${table}.${name}`));
  }
  return found;
}
