import type { TestService } from './service.js';
import { until } from './service.js';

/** What may change though nothing was changed: which pages a credential was served. */
const PASSING = ['feed_ends', 'feed_pages'];

/** Every row of the account: per table, how many and a digest. */
export async function snapshotAccount(service: TestService, accountId: string): Promise<Record<string, string>> {
  const tables = await service.pool.query<{ name: string }>(
    `select c.table_name as name from information_schema.columns c
     join information_schema.tables t using (table_schema, table_name)
     where c.column_name = 'account_id' and c.table_schema = 'public' and t.table_type = 'BASE TABLE' order by 1`,
  );
  const names = tables.rows.map((row) => row.name).filter((name) => !PASSING.includes(name));
  const rows = names.map(
    (name) => `select '${name}' as name, count(*) || ' rows ' || coalesce(md5(string_agg(md5(t::text), ','
      order by md5(t::text))), '') as state from ${name} t where account_id = $1`,
  );
  const found = await service.pool.query<{ name: string; state: string }>(rows.join(' union all '), [accountId]);
  return Object.fromEntries(found.rows.map((row) => [row.name, row.state]));
}

/** Waits until no background job has anything left to do for the account. */
export async function accountAtRest(service: TestService, accountId: string): Promise<void> {
  await until(async () => {
    const jobs = await service.pool.query(
      `select 1 from graphile_worker._private_jobs where payload->>'accountId' = $1 limit 1`,
      [accountId],
    );
    return jobs.rows.length === 0;
  });
}
