import type { Db, Scope, Tx } from './database.js';

// Progress of imports of NDJSON files, by the digest of the file.

/** The number of lines of the file that are done; 0 for a new file. */
export async function readLinesDone(db: Db | Tx, scope: Scope, fileDigest: string): Promise<number> {
  const row = await db
    .selectFrom('imports')
    .select('lines_done')
    .where('account_id', '=', scope.accountId)
    .where('file_digest', '=', fileDigest)
    .executeTakeFirst();
  return row?.lines_done ?? 0;
}

/** Stores the number of lines of the file that are done. */
export async function writeLinesDone(tx: Tx, scope: Scope, fileDigest: string, linesDone: number): Promise<void> {
  await tx
    .insertInto('imports')
    .values({ account_id: scope.accountId, file_digest: fileDigest, lines_done: linesDone })
    .onConflict((conflict) => conflict.columns(['account_id', 'file_digest']).doUpdateSet({ lines_done: linesDone }))
    .execute();
}

/** Removes the progress of an import, when its file is done. */
export async function removeImport(db: Db | Tx, scope: Scope, fileDigest: string): Promise<void> {
  await db
    .deleteFrom('imports')
    .where('account_id', '=', scope.accountId)
    .where('file_digest', '=', fileDigest)
    .execute();
}
