import { crc32 } from 'node:zlib';
import { sql } from 'kysely';
import { type Fragment, type FragmentBatch, type FragmentRef, inflate, inflateNow } from '../wire/fragment.js';
import { type Micros, toTimestamp } from '../wire/instants.js';
import { type CopyOut, literal, numbers } from './connection/copy.js';
import type { Db, Scope, Tx } from './database.js';

/** Deflated bytes fetched by one query: enough to keep the connection busy, few enough to keep memory use flat. */
const BATCH_BYTES = 512 * 1024;
/** How long a replaced fragment is kept for answers that are still being sent, in microseconds. */
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

/** A stored fragment; null if it is gone. */
export async function readFragment(
  db: Db | Tx,
  scope: Scope,
  fragmentId: number,
): Promise<Pick<Fragment, 'deflated' | 'rawLength'> | null> {
  const found = await db
    .selectFrom('fragments')
    .select(['deflated', 'raw_length as rawLength'])
    .where('account_id', '=', scope.accountId)
    .where('fragment_id', '=', fragmentId)
    .executeTakeFirst();
  return found ?? null;
}

/** Marks a fragment as replaced: its call no longer shows it. Null does nothing. */
export async function retireFragment(tx: Tx, scope: Scope, fragmentId: number | null, now: Micros): Promise<void> {
  if (fragmentId === null) return;
  await tx
    .updateTable('fragments')
    .set({ replaced_at: toTimestamp(now) })
    .where('account_id', '=', scope.accountId)
    .where('fragment_id', '=', fragmentId)
    .execute();
}

/** Whether a stored fragment holds the same JSON. One of another zlib level is inflated to compare it. */
export async function sameFragment(db: Db | Tx, scope: Scope, fragmentId: number, other: Fragment): Promise<boolean> {
  const { rawLength } = other;
  const found = await sql<{ different: Buffer | null }>`
    select nullif(deflated, ${other.deflated}) as different from fragments
    where account_id = ${scope.accountId} and fragment_id = ${fragmentId}
      and raw_length = ${rawLength} and crc32 = ${other.crc32}`.execute(db);
  const stored = found.rows[0];
  if (stored === undefined || stored.different === null) return stored !== undefined;
  const [mine, theirs] = await Promise.all([inflate(stored.different, rawLength), inflate(other.deflated, rawLength)]);
  return mine.equals(theirs);
}

/** Whether a stored fragment holds this JSON, even if deflated differently. */
export async function holdsJson(db: Db | Tx, scope: Scope, fragmentId: number, json: Uint8Array): Promise<boolean> {
  const found = await sql<{ deflated: Buffer }>`select deflated from fragments
    where account_id = ${scope.accountId} and fragment_id = ${fragmentId}
      and raw_length = ${json.length} and crc32 = ${crc32(json)}`.execute(db);
  const stored = found.rows[0];
  return stored !== undefined && inflateNow(stored.deflated, json.length).equals(json);
}

/**
 * The bytes of fragments in the order asked for, in batches, with the next batch fetched ahead. No database resource is
 * held while the client reads, however slowly. Ends early at a fragment that no longer exists.
 */
export async function* fragmentBytes(
  copyOut: CopyOut,
  scope: Scope,
  refs: readonly FragmentRef[],
): AsyncGenerator<FragmentBatch> {
  const batches = batchesOf(refs);
  const read = (batch: readonly FragmentRef[] | undefined) => {
    if (batch === undefined) return undefined;
    const reading = copyBatch(copyOut, scope, batch);
    // Awaited later; until then a rejection must not count as unhandled.
    reading.catch(() => {});
    return reading;
  };
  let ahead = read(batches[0]);
  for (const [index, batch] of batches.entries()) {
    const found = await ahead!;
    ahead = read(batches[index + 1]);
    yield found;
    if (found.bytes.length < batch.length) return;
  }
}

function batchesOf(refs: readonly FragmentRef[]): FragmentRef[][] {
  const batches: FragmentRef[][] = [];
  let bytes = BATCH_BYTES;
  for (const ref of refs) {
    if (bytes >= BATCH_BYTES) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)!.push(ref);
    bytes += ref.deflatedLength;
  }
  return batches;
}

/** The fragments, up to the first that no longer exists. */
async function copyBatch(copyOut: CopyOut, scope: Scope, refs: readonly FragmentRef[]): Promise<FragmentBatch> {
  const ids = numbers(refs.map((ref) => ref.fragmentId));
  const { rows, release } = await copyOut(`select fragment_id, deflated from fragments
    where account_id = ${literal(scope.accountId)} and fragment_id = any(${ids})`);
  const found = new Map(rows.map(([id, deflated]) => [Number(id!.readBigInt64BE()), deflated!]));
  const bytes: Buffer[] = [];
  for (const { fragmentId } of refs) {
    const deflated = found.get(fragmentId);
    if (deflated === undefined) break;
    bytes.push(deflated);
  }
  return { bytes, release };
}

/** Removes fragments that were replaced 15 minutes ago or earlier. */
export async function sweepFragments(db: Db, now: Micros): Promise<void> {
  const until = toTimestamp(now - KEPT_AFTER_REPLACED);
  await sql`delete from fragments where replaced_at < ${until}::timestamptz`.execute(db);
}
