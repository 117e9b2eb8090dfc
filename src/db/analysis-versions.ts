import type { Db, Scope, Tx } from './database.js';

/** What the analyses of an account's calls go by: each change of its topics, and of who its users are, raises a version. */
export interface AnalysisVersions {
  readonly topics: number;
  readonly people: number;
}

export async function readVersions(db: Db | Tx, scope: Scope): Promise<AnalysisVersions> {
  return versionsOf(db, scope).executeTakeFirstOrThrow();
}

/** The same; it stays so until the transaction ends. */
export async function lockVersions(tx: Tx, scope: Scope): Promise<AnalysisVersions> {
  return versionsOf(tx, scope).forShare().executeTakeFirstOrThrow();
}

function versionsOf(db: Db | Tx, { accountId }: Scope) {
  return db
    .selectFrom('accounts')
    .select(['topics_version as topics', 'people_version as people'])
    .where('account_id', '=', accountId);
}
