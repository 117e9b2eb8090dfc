import type { Db, Scope, Tx } from './database.js';

/**
 * The versions that analyses of an account's calls are made with. A change of the account's topics, or of which users
 * its ids and addresses name, raises one.
 */
export interface AnalysisVersions {
  readonly topics: number;
  readonly people: number;
}

/** The account's current versions. */
export async function readVersions(db: Db | Tx, scope: Scope): Promise<AnalysisVersions> {
  return versionsOf(db, scope).executeTakeFirstOrThrow();
}

/** The account's current versions, locked until the transaction ends. */
export async function lockVersions(tx: Tx, scope: Scope): Promise<AnalysisVersions> {
  return versionsOf(tx, scope).forShare().executeTakeFirstOrThrow();
}

function versionsOf(db: Db | Tx, { accountId }: Scope) {
  return db
    .selectFrom('accounts')
    .select(['topics_version as topics', 'people_version as people'])
    .where('account_id', '=', accountId);
}
