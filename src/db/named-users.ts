import { type RawBuilder, sql } from 'kysely';
import type { Scope } from './database.js';

/**
 * A subquery of all ids of the same people as these. While a merged user's rows are being reassigned, some rows have
 * the one id and some the other.
 */
export function idsOf({ accountId }: Scope, ...userIds: string[]): RawBuilder<unknown> {
  return sql`(select same.user_id from users given join users same on same.account_id = given.account_id
      and coalesce(given.merged_into, given.user_id) in (same.user_id, same.merged_into)
    where given.account_id = ${accountId} and given.user_id = any(${userIds}))`;
}

/** The condition that a column has an id of this user; null asks for any user. */
export function isUser(scope: Scope, column: string, userId: string | null): RawBuilder<unknown> {
  return userId === null ? sql`true` : sql`${sql.ref(column)} in ${idsOf(scope, userId)}`;
}
