import { sql } from 'kysely';
import type { Fragment, FragmentRef } from '../wire/fragment.js';
import { type Micros, toTimestamp } from '../wire/instants.js';
import type { Db, Scope, Tx } from './schema.js';

/** Deflated bytes fetched in one query: enough to keep the wire busy, little enough to keep memory flat. */
const BATCH_BYTES = 2 * 1024 * 1024;
/** How long a replaced fragment stays for answers that are under way. */
const KEPT_AFTER_REPLACED: Micros = 15 * 60 * 1_000_000;

/** Stores a fragment under a new id. */
export async function insertFragment(tx: Tx, scope: Scope, callId: string, fragment: Fragment): Promise<number> {
  const { fragment_id } = await tx
    .insertInto('fragments')
    .values({
      account_id: scope.accountId,
      call_id: callId,
      raw_length: fragment.rawLength,
      crc32: fragment.crc32,
      deflated: fragment.deflated,
    })
    .returning('fragment_id')
    .executeTakeFirstOrThrow();
  return fragment_id;
}

/** Marks a fragment that its call no longer shows. */
export async function retireFragment(tx: Tx, scope: Scope, fragmentId: number | null, now: Micros): Promise<void> {
  if (fragmentId === null) return;
  await tx
    .updateTable('fragments')
    .set({ replaced_at: toTimestamp(now) })
    .where('account_id', '=', scope.accountId)
    .where('fragment_id', '=', fragmentId)
    .execute();
}

/** Whether a stored fragment holds the same JSON: compared by bytes, after length and checksum. */
export async function sameFragment(db: Db | Tx, scope: Scope, fragmentId: number, other: Fragment): Promise<boolean> {
  const found = await sql<{ same: boolean }>`select deflated = ${other.deflated} as same from fragments
    where account_id = ${scope.accountId} and fragment_id = ${fragmentId}
      and raw_length = ${other.rawLength} and crc32 = ${other.crc32}`.execute(db);
  return found.rows[0]?.same ?? false;
}

/**
 * The bytes of fragments in the order asked for, a batch at a time: nothing of the database is held between
 * batches, however slowly the client reads. Ends early where a fragment is gone.
 */
export async function* fragmentBytes(db: Db, scope: Scope, refs: readonly FragmentRef[]): AsyncGenerator<Buffer> {
  for (let from = 0; from < refs.length; ) {
    let to = from;
    for (let bytes = 0; to < refs.length && bytes < BATCH_BYTES; to++) bytes += refs[to]!.deflatedLength;
    const rows = await db
      .selectFrom('fragments')
      .select(['fragment_id', 'deflated'])
      .where('account_id', '=', scope.accountId)
      .where(
        'fragment_id',
        'in',
        refs.slice(from, to).map((ref) => ref.fragmentId),
      )
      .execute();
    const byId = new Map(rows.map((row) => [row.fragment_id, row.deflated]));
    for (; from < to; from++) {
      const bytes = byId.get(refs[from]!.fragmentId);
      if (bytes === undefined) return;
      yield bytes;
    }
  }
}

/** Removes what was replaced some minutes ago. */
export async function sweepFragments(db: Db, now: Micros): Promise<void> {
  await db
    .deleteFrom('fragments')
    .where('replaced_at', '<', toTimestamp(now - KEPT_AFTER_REPLACED) as never)
    .execute();
}
